import Compute

/// Several token sequences laid end to end, without padding.
public struct TokenBatch: Sendable {
  public private(set) var tokens: [Int32] = []
  /// Position of each token in its sequence, from 0.
  public private(set) var positions: [Int32] = []
  public private(set) var segments: [Segment] = []

  public init() {}

  public init(_ sequences: some Sequence<some Collection<Int32>>) {
    for sequence in sequences { append(sequence) }
  }

  public var count: Int { tokens.count }

  /// Adds the next tokens of a sequence of which a cache already holds `past` tokens in `slot`.
  ///
  /// - Returns: the rows that the tokens take.
  @discardableResult
  public mutating func append(_ sequence: some Collection<Int32>, past: Int = 0, slot: Int = 0) -> Range<Int>
  {
    let rows = place(sequence, from: past)
    segments.append(Segment(rows: rows, past: past, slot: slot))
    return rows
  }

  /// Adds tokens that continue others of the batch.
  mutating func append(_ sequence: some Collection<Int32>, after prefix: [Range<Int>]) -> Range<Int> {
    let rows = place(sequence, from: prefix.reduce(0) { $0 + $1.count })
    segments.append(Segment(rows: rows, after: prefix))
    return rows
  }

  private mutating func place(_ sequence: some Collection<Int32>, from position: Int) -> Range<Int> {
    let start = tokens.count
    tokens.append(contentsOf: sequence)
    positions.append(contentsOf: (position..<position + sequence.count).map(Int32.init))
    return start..<tokens.count
  }
}

extension TokenBatch {
  /// Rows that make no small product of any matrix with 16 outputs, so that a row has the same bits among few as among
  /// many.
  private static let fewestRows = ThreadTeam.smallProduct / 16 + 5

  /// The rows that a last layer computes if some are asked for, ascending: these, and others beside them up to the fewest.
  func rowsToCompute(for rows: [Int]) -> [Int] {
    var chosen = Set(rows)
    while chosen.count < min(Self.fewestRows, count) {
      let known = chosen.count
      chosen.formUnion(chosen.map { max(0, $0 - 1) })
      if chosen.count == known { chosen.insert((chosen.max() ?? -1) + 1) }
    }
    return chosen.sorted()
  }
}
