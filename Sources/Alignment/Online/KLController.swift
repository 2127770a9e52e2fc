/// Steers the coefficient of the KL penalty (Ziegler et al. 2019, eq. 3), or keeps it.
public struct KLController: Sendable, Codable {
  /// What the KL of the next batch is weighted with.
  public private(set) var coefficient: Double
  private let target: Double?
  private let horizon: Double

  public init(_ options: PPOOptions) {
    coefficient = options.klCoefficient
    target = options.klTarget
    horizon = options.klHorizon
  }

  /// Takes note of a batch: the error `KL / target - 1`, within ±0.2, scaled by `episodes / horizon`.
  ///
  /// - Parameters:
  ///   - divergence: mean KL of the batch's answers, in nats.
  ///   - episodes: answers in the batch.
  public mutating func update(divergence: Double, episodes: Int) {
    guard let target else { return }
    let error = min(max(divergence / target - 1, -0.2), 0.2)
    coefficient *= 1 + error * Double(episodes) / horizon
  }
}
