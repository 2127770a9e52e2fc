import Foundation

/// How values become places on an axis.
public enum Scale: Sendable, Hashable {
  case linear
  /// Equal ratios take equal room; for positive values.
  case logarithmic

  /// The scale that shows values best: logarithmic where all are positive and the greatest is at least a hundred times
  /// the least.
  public static func fitting(_ values: some Sequence<Double>) -> Scale {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max(), least > 0 else { return .linear }
    return greatest / least >= 100 ? .logarithmic : .linear
  }
}
