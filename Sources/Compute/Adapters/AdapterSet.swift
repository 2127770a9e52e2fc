/// The adapters of a store, found by the weights they add to, and the dropout before them.
public final class AdapterSet {
  /// By where their weights lie.
  public let adapters: [LowRankAdapter]
  /// Zeroes inputs of the adapters while a tape records; nil keeps all.
  public var dropout: AdapterDropout?
  /// Rows that training has read: the first row of the next tape.
  public var row: UInt64 = 0

  public init(_ adapters: some Sequence<LowRankAdapter>) {
    self.adapters = adapters.sorted { $0.weight.offset < $1.weight.offset }
  }

  /// Adapters, by index, on a weight or on the neighbours that it consists of.
  func indices(within weight: Parameter) -> Range<Int> {
    let start = firstIndex(from: weight.offset)
    return start..<firstIndex(from: weight.offset + weight.count)
  }

  private func firstIndex(from offset: Int) -> Int {
    var range = adapters.indices
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range =
        adapters[middle].weight.offset < offset
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// Called when a training pass over `rows` rows is over.
  func advance(by rows: Int) { row += UInt64(rows) }
}
