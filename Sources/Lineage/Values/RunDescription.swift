import JSONText

/// What a run sets out to do, written down when it begins.
public struct RunDescription: Sendable, Hashable {
  /// The `name` of the manifest.
  public var pipeline: String
  /// As the user named it.
  public var manifestPath: String
  /// Kept whole, so that edits later change nothing about what is known of the run.
  public var manifestText: String
  /// Resolved parameters by name.
  public var parameters: JSON
  /// The chosen option by choice.
  public var choices: JSON
  /// Stages asked for by name; empty for all.
  public var targets: [String]
  /// Facts about machine and program that are in no cache key, such as the processor and the version.
  public var environment: JSON
  /// In topological order.
  public var stages: [StagePlanRecord]

  public init(
    pipeline: String, manifestPath: String, manifestText: String, parameters: JSON = .object([]),
    choices: JSON = .object([]), targets: [String] = [], environment: JSON = .object([]),
    stages: [StagePlanRecord]
  ) {
    self.pipeline = pipeline
    self.manifestPath = manifestPath
    self.manifestText = manifestText
    self.parameters = parameters
    self.choices = choices
    self.targets = targets
    self.environment = environment
    self.stages = stages
  }
}

/// A stage of a run as the plan saw it.
public struct StagePlanRecord: Sendable, Hashable {
  public var name: String
  public var kind: String
  /// `cached`, `run`, `maybe` or `blocked`.
  public var decision: String
  public var reason: String

  public init(name: String, kind: String, decision: String, reason: String) {
    self.name = name
    self.kind = kind
    self.decision = decision
    self.reason = reason
  }
}
