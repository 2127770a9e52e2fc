import Artifacts
import Foundation

/// A move of a tag: from then on the name meant this artifact.
public struct TagRecord: Sendable, Hashable {
  public var name: String
  /// nil where the name was taken away.
  public var artifact: Artifact?
  /// How the artifact was named when it was tagged, such as `sft.model`.
  public var label: String?
  public var note: String
  public var author: String
  public var movedAt: Date
  public var manner: TagManner
  /// What it was promoted for.
  public var evidence: TagEvidence?
}

/// An artifact that garbage collection never takes.
public struct PinRecord: Sendable, Hashable {
  public var artifact: Artifact
  public var label: String?
  public var note: String
  public var pinnedAt: Date
}
