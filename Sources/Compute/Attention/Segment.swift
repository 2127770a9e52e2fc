/// Consecutive tokens of one sequence in a flat batch.
public struct Segment: Sendable, Hashable {
  /// Rows of the batch.
  public let rows: Range<Int>
  /// Rows of the same batch with the sequence's tokens before these, first ones first; other segments may continue
  /// them too. Empty where the sequence starts here or a cache holds what is before.
  public let prefix: [Range<Int>]
  /// Rows of the batch that the last of these sees: the prefix, and themselves.
  let seen: [Range<Int>]
  /// Tokens of the same sequence that a cache already holds.
  public let past: Int
  /// Where the cache keeps the sequence.
  public let slot: Int
  /// Tokens of the sequence in front of these.
  public let before: Int

  public init(rows: Range<Int>, past: Int = 0, slot: Int = 0) {
    self.rows = rows
    self.past = past
    self.slot = slot
    prefix = []
    seen = [rows]
    before = past
  }

  /// A continuation of other segments of the batch.
  public init(rows: Range<Int>, after prefix: [Range<Int>]) {
    self.rows = rows
    self.prefix = prefix
    seen = prefix + [rows]
    past = 0
    slot = 0
    before = prefix.reduce(0) { $0 + $1.count }
  }

  /// Pairs of a row from `first` on, counted in the segment, and a token that it sees, itself included.
  func seenTokens(from first: Int) -> Int {
    let (skipped, all) = (before + first, before + rows.count)
    return all * (all + 1) / 2 - skipped * (skipped + 1) / 2
  }

  /// The index in the segment of the first of its rows that is among `asked`; the count of its rows if there is none.
  ///
  /// - Parameter asked: ascending; nil for all rows.
  func firstRow(of asked: [Int]?) -> Int {
    guard let asked else { return 0 }
    var (low, high) = (0, asked.count)
    while low < high {
      let middle = (low + high) / 2
      if asked[middle] < rows.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < asked.count ? min(asked[low] - rows.lowerBound, rows.count) : rows.count
  }
}

extension [Segment] {
  /// Ranges of segments whose gradients meet: one that starts a sequence, and those behind it that continue it.
  var families: [Range<Int>] {
    let starts = indices.filter { self[$0].prefix.isEmpty }
    let families = zip(starts, starts.dropFirst() + [count]).map { $0..<$1 }
    precondition(
      families.allSatisfy { family in
        self[family].dropFirst().allSatisfy { $0.prefix[0] == self[family.lowerBound].rows }
      } && starts.first ?? 0 == 0, "segments that continue another follow it")
    return families
  }
}
