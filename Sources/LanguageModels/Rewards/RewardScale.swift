import Foundation

/// What the scores of a reward model are measured in: the mean and spread of its raw scores on a reference set
/// (Ziegler et al. 2019, whose gain and bias are `1 / σ` and `-μ / σ`).
public struct RewardScale: Sendable, Hashable {
  /// μ, of the raw scores.
  public var mean: Double
  /// σ, of the raw scores as a whole population; greater than 0.
  public var standardDeviation: Double
  /// Answers it was measured on.
  public var count: Int

  public init(mean: Double, standardDeviation: Double, count: Int) {
    precondition(standardDeviation > 0, "a spread of \(standardDeviation)")
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.count = count
  }

  /// The scale on which the scores have mean 0 and standard deviation 1; nil if they do not differ.
  public init?(of scores: [Float]) {
    let count = Double(max(1, scores.count))
    let mean = scores.reduce(0.0) { $0 + Double($1) } / count
    let variance = scores.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    guard variance.isFinite, variance > 0 else { return nil }
    self.init(mean: mean, standardDeviation: variance.squareRoot(), count: scores.count)
  }

  /// `(r - μ) / σ`.
  public func callAsFunction(_ score: Float) -> Float {
    Float((Double(score) - mean) / standardDeviation)
  }
}
