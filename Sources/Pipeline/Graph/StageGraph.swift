import Diagnostics
import Foundation
import JSONText

/// A manifest with everything resolved: references followed, defaults expanded, options chosen, inputs checked.
///
/// Nothing after this value reads the manifest again.
public struct StageGraph: Sendable {
  /// The pipeline's name.
  public var name: String
  public var manifest: URL
  /// The text of the manifest, to keep with a run.
  public var manifestText: String
  /// Parameters with overrides applied, in the order of the manifest.
  public var parameters: [JSON.Member]
  /// The option taken by each choice, in the order of the manifest.
  public var choices: [JSON.Member]
  /// Sources that the selected stages read, in the order of the manifest.
  public var sources: [SourceNode]
  /// The selected stages; every stage comes after those it takes inputs from.
  public var stages: [StageNode]
  /// Names of all declared stages, selected or not.
  public var declaredStages: [String]
  public var warnings: [Diagnostic]

  public subscript(stage name: String) -> StageNode? { stages.first { $0.name == name } }
  /// Whether a stage takes something from another, directly or through others.
  public func needs(_ name: String, _ other: String) -> Bool {
    var open = self[stage: name]?.upstream ?? []
    var seen: Set<String> = []
    while let next = open.popLast() {
      if next == other { return true }
      if seen.insert(next).inserted { open += self[stage: next]?.upstream ?? [] }
    }
    return false
  }

  public subscript(source name: String) -> SourceNode? { sources.first { $0.name == name } }
}

/// A file or directory that enters a pipeline from outside.
public struct SourceNode: Sendable, Hashable {
  public var name: String
  public var type: PortType
  public var path: URL
  /// The path as a person would type it from the current directory.
  public var displayPath: String
  public var location: SourceLocation
}

/// A stage as it would run.
public struct StageNode: Sendable {
  public var name: String
  /// The name without the point of a matrix, which instances share.
  public var declaredName: String
  /// The option that was taken, where the stage is a choice.
  public var option: String?
  public var kind: any StageKind.Type
  /// Every default in place, in the order of the fields.
  public var configuration: JSON
  public var components: [ConfigurationComponent]
  /// In the order of the manifest.
  public var inputs: [InputBinding]
  /// Variables that the configuration refers to, by name.
  public var environment: [EnvironmentValue]
  public var requirements: [Requirement]
  public var policy: ExecutionPolicy
  public var location: SourceLocation
  let auditInputs: @Sendable ([StageInput]) -> StageAudit
  let estimateResources: @Sendable ([StageInput]) -> ResourceEstimate?

  public var kindName: String { kind.name }
  public var outputs: [OutputPort] { kind.outputs }

  /// What the kind says about its inputs before anything runs.
  public func audit(_ inputs: [StageInput]) -> StageAudit { auditInputs(inputs) }

  /// What the kind says the stage needs; nil as long as the inputs do not tell.
  public func estimate(_ inputs: [StageInput]) -> ResourceEstimate? { estimateResources(inputs) }

  /// Names of the stages that this one takes inputs from, each once.
  public var upstream: [String] {
    var names: [String] = []
    for case .stage(let name, _) in inputs.map(\.origin) where !names.contains(name) { names.append(name) }
    return names
  }
}

/// A variable of the environment that a stage refers to.
public struct EnvironmentValue: Sendable, Hashable {
  public var name: String
  public var value: String
}

/// Something connected to an input port.
public struct InputBinding: Sendable, Hashable {
  public enum Origin: Sendable, Hashable {
    case source(String)
    case stage(String, port: String)
  }

  public var port: String
  /// The user's name for it on a port with named inputs.
  public var name: String?
  /// Its place among the inputs of a port that takes many.
  public var index: Int?
  public var origin: Origin
  public var type: PortType
  public var location: SourceLocation

  /// The input in the cache key, such as `input.data`, `input.corpus[0]` or `input.models[sft]`.
  public var componentPath: String {
    "input.\(port)" + (name.map { "[\($0)]" } ?? index.map { "[\($0)]" } ?? "")
  }

  /// What the user calls it, such as `sources.demos` or `sft.model`.
  public var label: String {
    switch origin {
    case .source(let name): "sources.\(name)"
    case .stage(let name, let port): "\(name).\(port)"
    }
  }
}

/// What the command line changes about a manifest.
public struct ManifestOverrides: Sendable {
  /// Values of parameters, as typed.
  public var parameters: [String: String]
  /// Options of choices.
  public var choices: [String: String]

  public init(parameters: [String: String] = [:], choices: [String: String] = [:]) {
    self.parameters = parameters
    self.choices = choices
  }
}
