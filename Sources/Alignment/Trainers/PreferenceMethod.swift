/// How pairs of answers become a loss.
public struct PreferenceMethod: Sendable {
  public var loss: any PreferenceLoss
  /// Scale of the rewards that are reported.
  public var beta: Double
  public var divergence: FDivergence
  /// Weight of the tokens by which an answer is longer than the other (LD-DPO); nil weighs all 1.
  public var lengthDesensitization: Double?
  /// Whether pairs count by how likely the policy finds their answers (WPO).
  public var usesWeighting: Bool

  public init(
    loss: any PreferenceLoss, beta: Double, divergence: FDivergence = FDivergence(),
    lengthDesensitization: Double? = nil, usesWeighting: Bool = false
  ) {
    self.loss = loss
    self.beta = beta
    self.divergence = divergence
    self.lengthDesensitization = lengthDesensitization
    self.usesWeighting = usesWeighting
  }

  public init(_ options: PreferenceOptions) {
    self.init(
      loss: options.loss, beta: options.beta, divergence: options.divergence,
      lengthDesensitization: options.lengthDesensitization, usesWeighting: options.usesWeighting)
  }
}
