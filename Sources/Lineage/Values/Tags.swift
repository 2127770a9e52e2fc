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

/// A change of what may move a tag: from then on only promotions, or anybody.
public struct TagProtection: Sendable, Hashable {
  public var name: String
  public var isProtected: Bool
  /// Conditions on metrics that every promotion must meet, such as `win_rate_vs_sft > 0.6`.
  public var requirements: [String]
  public var note: String
  public var author: String
  public var changedAt: Date
}

/// An artifact that garbage collection never takes.
public struct PinRecord: Sendable, Hashable {
  public var artifact: Artifact
  public var label: String?
  public var note: String
  public var pinnedAt: Date
}
