/// What to train a low-rank adapter of a model with (LoRA); names and defaults are TRL's (`ModelConfig`, 1.16), but
/// that nothing is dropped out unless it is asked for.
public struct LowRankOptions: Sendable, Hashable {
  /// Which modules get matrices of their own.
  public enum Targets: Sendable, Hashable {
    /// What PEFT adapts in a model of this architecture if it is not told.
    case architectureDefault
    /// Every matrix of the layers, as PEFT's `all-linear`.
    case allLinear
    /// Modules whose name is one of these or ends with a dot and one of these.
    case named([String])
  }

  public var rank = 16
  /// The product of the matrices is scaled by `alpha / rank`.
  public var alpha = 32.0
  /// Whether the scale is `alpha / √rank` (Kalajdzievski 2023) instead.
  public var usesRankStabilization = false
  /// Share of a module's inputs that its adapter does not see in a training step.
  public var dropout = 0.0
  public var targets = Targets.architectureDefault

  public init() {}
}
