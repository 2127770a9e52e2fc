import Artifacts

/// What a name or a prefix of an identifier means.
public enum Referent: Sendable, Hashable {
  case run(RunID)
  case execution(ExecutionID)
  /// Content; `label` says how it was named, such as `sft.model`, where a name was used.
  case artifact(Artifact, label: String?)
}
