import Compute

/// Rows held out from training, the same share of each class.
///
/// Of a class with `n` rows, `⌊n · share + ½⌋` are held out, but never all: those that a permutation by seed and class
/// puts first. Both parts keep the order of the rows.
public struct StratifiedSplit: Sendable, Hashable {
  public let training: [Int]
  public let held: [Int]

  /// - Parameter classes: one per row.
  public init(classes: [Int], share: Double, seed: UInt64) {
    precondition(share > 0 && share < 1, "a share of \(share)")
    let random = CounterRandom(seed: seed, purpose: .split)
    let members = Dictionary(grouping: classes.indices) { classes[$0] }
    var held: Set<Int> = []
    for (label, rows) in members {
      let count = min(Int(Double(rows.count) * share + 0.5), rows.count - 1)
      for position in random.permutation(of: rows.count, stream: UInt64(label)).prefix(count) {
        held.insert(rows[position])
      }
    }
    training = classes.indices.filter { !held.contains($0) }
    self.held = classes.indices.filter { held.contains($0) }
  }
}
