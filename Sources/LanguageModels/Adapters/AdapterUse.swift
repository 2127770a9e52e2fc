/// What becomes of adapters when a model is loaded.
public enum AdapterUse: Sendable, Hashable {
  /// The base and the adapter that its directory holds stay apart; a directory without one is a plain model.
  case asStored
  /// The adapter that the directory holds is added to the weights for good: a plain model.
  case merged
  /// The weights are frozen and an adapter is trained: the one that the directory holds, or a fresh one.
  ///
  /// `base` says what a fresh adapter is made for, in its `base_model_name_or_path`.
  case trained(LowRankOptions, base: String?)
}
