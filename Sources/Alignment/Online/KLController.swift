/// Steers the coefficient of the KL penalty (Ziegler et al. 2019, eq. 3), or keeps it.
struct KLController {
  private(set) var coefficient: Double
  private let target: Double?
  private let horizon: Double

  init(_ options: PPOOptions) {
    coefficient = options.klCoefficient
    target = options.klTarget
    horizon = options.klHorizon
  }

  /// - Parameters:
  ///   - divergence: mean KL of the batch's answers, in nats.
  ///   - episodes: answers in the batch.
  mutating func update(divergence: Double, episodes: Int) {
    guard let target else { return }
    let error = min(max(divergence / target - 1, -0.2), 0.2)
    coefficient *= 1 + error * Double(episodes) / horizon
  }
}
