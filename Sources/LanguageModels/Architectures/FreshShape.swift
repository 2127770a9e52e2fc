/// The shape of a model to be made from nothing, in words that mean the same for every architecture.
///
/// Nil leaves a value to the architecture; a value that the architecture does not have is refused before.
public struct FreshShape: Sendable, Hashable {
  /// What only some architectures have, by the name that `config.json` has for it.
  public enum Option: String, Sendable, CaseIterable {
    case keyValueHeads = "num_key_value_heads"
    case rmsEpsilon = "rms_norm_eps"
    case layerEpsilon = "layer_norm_eps"
    case rotaryBase = "rope_theta"
    case rotaryShare = "partial_rotary_factor"
    case isParallel = "use_parallel_residual"
  }

  public var hiddenSize = 128
  public var intermediateSize: Int?
  public var layers = 4
  public var heads = 4
  public var keyValueHeads: Int?
  public var maximumPositions = 512
  public var rmsEpsilon: Double?
  public var layerEpsilon: Double?
  public var rotaryBase: Double?
  public var rotaryShare: Double?
  public var isParallel: Bool?
  public var tiesWordEmbeddings = true
  public var initializerRange = 0.02

  public init() {}

  /// The options that have a value.
  public var given: [Option] {
    let values: [(Option, Bool)] = [
      (.keyValueHeads, keyValueHeads != nil), (.rmsEpsilon, rmsEpsilon != nil),
      (.layerEpsilon, layerEpsilon != nil), (.rotaryBase, rotaryBase != nil),
      (.rotaryShare, rotaryShare != nil), (.isParallel, isParallel != nil),
    ]
    return values.filter(\.1).map(\.0)
  }

  /// 8/3 of the hidden size, rounded up to a multiple of 32: gated layers have three matrices where others have two.
  var gatedSize: Int { intermediateSize ?? (hiddenSize * 8 / 3 + 31) / 32 * 32 }
  /// Four times the hidden size, the width of layers without a gate.
  var plainSize: Int { intermediateSize ?? 4 * hiddenSize }
}
