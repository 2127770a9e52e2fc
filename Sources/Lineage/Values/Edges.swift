import Artifacts
import JSONText

/// Content with the type of the port it flows through.
public struct Artifact: Sendable, Hashable {
  /// The name of a port type, such as `model`.
  public var type: String
  public var object: ObjectReference

  public init(type: String, object: ObjectReference) {
    self.type = type
    self.object = object
  }

  public var digest: Digest { object.digest }
}

/// An artifact that an execution reads.
public struct InputRecord: Sendable, Hashable {
  public var port: String
  /// The user's name for it on a port with named inputs.
  public var name: String?
  /// What the manifest calls it, such as `sft.model` or `sources.demos`.
  public var label: String
  public var artifact: Artifact
  /// The execution that made it, where a cached one stands for its origin; nil for sources.
  public var producer: ExecutionID?

  public init(
    port: String, name: String? = nil, label: String, artifact: Artifact, producer: ExecutionID? = nil
  ) {
    self.port = port
    self.name = name
    self.label = label
    self.artifact = artifact
    self.producer = producer
  }
}

/// An artifact that an execution made.
public struct OutputRecord: Sendable, Hashable {
  public var port: String
  public var artifact: Artifact
  /// What the stage told about it, such as counts of dropped rows.
  public var facts: JSON

  public init(port: String, artifact: Artifact, facts: JSON = .object([])) {
    self.port = port
    self.artifact = artifact
    self.facts = facts
  }
}

/// Content that entered a run from outside.
public struct SourceRecord: Sendable, Hashable {
  /// Its name under `sources`.
  public var name: String
  /// As the manifest says it.
  public var path: String
  public var artifact: Artifact

  public init(name: String, path: String, artifact: Artifact) {
    self.name = name
    self.path = path
    self.artifact = artifact
  }
}
