/// A loss that `loss_type` can name, and which options it looks at. A new loss is a file beside this and a line in
/// `all`.
public struct PreferenceLossType: Sendable, Hashable {
  /// Options that only some losses look at.
  public enum Option: Sendable, Hashable {
    case beta
    case reference
    case labelSmoothing
    case divergence
    case weighting
    case lengthDesensitization
    case discopopTau
  }

  public let name: String
  public let options: Set<Option>
  let make: @Sendable (PreferenceOptions) -> any PreferenceLoss

  init(
    _ name: String, _ options: Set<Option>,
    _ make: @escaping @Sendable (PreferenceOptions) -> any PreferenceLoss
  ) {
    self.name = name
    self.options = options
    self.make = make
  }

  public static func == (a: PreferenceLossType, b: PreferenceLossType) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// What every loss on log-ratios of pairs looks at.
  private static let ratios: Set<Option> = [.beta, .reference, .weighting, .lengthDesensitization]

  public static let sigmoid = PreferenceLossType(
    "sigmoid", ratios.union([.divergence, .labelSmoothing])
  ) {
    SigmoidPreferenceLoss(beta: $0.beta, labelSmoothing: $0.conventions == .trl ? 0 : $0.labelSmoothing)
  }

  /// Every loss, by the name TRL gives it.
  public static let all: [PreferenceLossType] = [
    sigmoid,
    PreferenceLossType("hinge", ratios.union([.divergence])) { HingePreferenceLoss(beta: $0.beta) },
    PreferenceLossType("ipo", ratios.union([.divergence])) { IdentityPreferenceLoss(beta: $0.beta) },
    PreferenceLossType("exo_pair", ratios.union([.divergence, .labelSmoothing])) {
      ExactOptimizationLoss(beta: $0.beta, labelSmoothing: $0.labelSmoothing)
    },
    PreferenceLossType("nca_pair", ratios) { NoiseContrastiveLoss(beta: $0.beta) },
    PreferenceLossType("bco_pair", ratios) { BinaryClassifierLoss(beta: $0.beta) },
    PreferenceLossType("robust", ratios.union([.divergence, .labelSmoothing])) {
      RobustPreferenceLoss(beta: $0.beta, labelSmoothing: $0.labelSmoothing)
    },
    PreferenceLossType("sppo_hard", ratios) { SelfPlayPreferenceLoss(beta: $0.beta) },
    PreferenceLossType("aot", ratios.union([.labelSmoothing]).subtracting([.weighting])) {
      OptimalTransportLoss(beta: $0.beta, labelSmoothing: $0.labelSmoothing, isPaired: true)
    },
    PreferenceLossType("aot_unpaired", ratios.union([.labelSmoothing]).subtracting([.weighting])) {
      OptimalTransportLoss(beta: $0.beta, labelSmoothing: $0.labelSmoothing, isPaired: false)
    },
    PreferenceLossType("apo_zero", ratios) { AnchoredUpLoss(beta: $0.beta) },
    PreferenceLossType("apo_down", ratios) { AnchoredDownLoss(beta: $0.beta) },
    PreferenceLossType("discopop", ratios.union([.divergence, .discopopTau])) {
      DiscoveredPreferenceLoss(beta: $0.beta, tau: $0.discopopTau)
    },
    PreferenceLossType("sigmoid_norm", ratios.union([.divergence])) {
      NormalizedSigmoidLoss(beta: $0.beta)
    },
    PreferenceLossType("sft", []) { _ in LikelihoodLoss() },
  ]
}
