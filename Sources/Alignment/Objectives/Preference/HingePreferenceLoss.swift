/// Sequence likelihood calibration (Zhao et al. 2023; TRL 1.16 `loss_type: hinge`): `max(0, 1 - βΔ)`.
public struct HingePreferenceLoss: MarginPreferenceLoss {
  public let beta: Double

  public init(beta: Double) { self.beta = beta }

  func callAsFunction(margin: Double) -> (loss: Double, slope: Double) {
    let slack = 1 - beta * margin
    return slack > 0 ? (slack, -beta) : (0, 0)
  }
}
