import Diagnostics
import Foundation
import JSONText

/// Turns declarations into a graph and collects everything that is wrong on the way.
struct GraphBuilder {
  /// With every matrix expanded once the parameters are known.
  var manifest: Manifest
  let text: String
  let registry: StageRegistry
  let environment: [String: String]
  var diagnostics: [Diagnostic] = []

  /// Parameters with overrides applied; those that could not be read are absent.
  var parameters: [String: ResolvedValue] = [:]
  var sources: [String: SourceNode] = [:]
  var usedParameters: Set<String> = []
  var usedSources: Set<String> = []
  /// Sources that the chosen bodies refer to, whether or not the stages could be resolved.
  var chosenSources: Set<String> = []
  let declaredParameters: Set<String>
  let declaredSources: [String: Manifest.Source]
  var declaredStages: [String: Manifest.Stage]
  /// Names of the instances of each stage with a matrix.
  var instances: [String: [String]] = [:]
  /// The settings of the kinds met so far, by name.
  private var kindSettings: [String: any KindSettings] = [:]
  /// The point of the matrix at which a body is being resolved.
  var instance: Manifest.Instance?

  init(manifest: Manifest, text: String, registry: StageRegistry, environment: [String: String]) {
    self.manifest = manifest
    self.text = text
    self.registry = registry
    self.environment = environment
    declaredParameters = Set(manifest.parameters.map(\.name))
    declaredSources = Dictionary(manifest.sources.map { ($0.name, $0) }) { first, _ in first }
    declaredStages = Dictionary(manifest.stages.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Resolves everything; the graph lacks stages with errors.
  mutating func build(overrides: ManifestOverrides, targets: [String]) -> StageGraph? {
    resolveParameters(overrides.parameters)
    resolveSources()
    expandMatrices()
    checkNamesApart()
    let chosen = resolveChoices(overrides.choices)

    // Every body is checked, chosen or not; the graph is made of the chosen ones.
    var nodes: [String: StageNode] = [:]
    var references: [String: Set<String>] = [:]
    var unsound: Set<String> = []
    for stage in manifest.stages {
      instance = stage.instance
      for (index, body) in stage.bodies.enumerated() {
        let before = diagnostics.count
        let usedBefore = usedSources
        usedSources = []
        let (node, upstream) = resolve(body, of: stage)
        if chosen[stage.name] == index { chosenSources.formUnion(usedSources) }
        usedSources.formUnion(usedBefore)
        references[stage.name, default: []].formUnion(upstream)
        if let node, chosen[stage.name] == index {
          nodes[stage.name] = node
          if diagnostics.count > before { unsound.insert(stage.name) }
        }
      }
    }
    instance = nil
    reportUnused()

    let topology = Topology(order: manifest.stages.map(\.name), nodes: nodes)
    for cycle in topology.cycles { report(cycle, nodes) }
    let wanted = resolveTargets(targets, references)
    let selected = topology.closure(of: wanted)
    let stages = topology.sorted.filter(selected.contains).compactMap { nodes[$0] }
    let neededSources = checkFiles(of: stages)
    let usable = Set(neededSources.map(\.name))
    for stage in stages {
      for case .source(let name) in stage.inputs.map(\.origin) where !usable.contains(name) {
        unsound.insert(stage.name)
      }
    }
    guard topology.cycles.isEmpty else { return nil }
    return StageGraph(
      name: manifest.name, manifest: manifest.file, manifestText: text,
      parameters: manifest.parameters.compactMap { declaration in
        parameters[declaration.name].map { JSON.Member(declaration.name, $0.json) }
      },
      choices: manifest.stages.compactMap { stage in
        guard stage.isChoice, let index = chosen[stage.name] else { return nil }
        return JSON.Member(stage.declaredName, JSON(stage.bodies[index].option))
      }.uniqued(),
      sources: neededSources, stages: stages.filter { !unsound.contains($0.name) },
      declaredStages: manifest.stages.map(\.name), warnings: [])
  }

  /// The settings of a kind, built when a stage first needs them.
  mutating func settings(of kind: any StageKind.Type) -> any KindSettings {
    if let known = kindSettings[kind.name] { return known }
    let settings = kind.settings
    kindSettings[kind.name] = settings
    return settings
  }

  // MARK: Names, choices, targets

  /// Stages, sources and options share one space of names, so that a person can say which is meant.
  private mutating func checkNamesApart() {
    for stage in manifest.stages {
      if let source = declaredSources[stage.declaredName] {
        report(
          .duplicateName,
          "the stage '\(stage.declaredName)' has the name of a source (line \(source.nameSpan.line))",
          stage.nameSpan,
          hint: "give one of them another name")
      }
      for body in stage.bodies {
        guard let option = body.option, declaredStages[option] != nil || declaredSources[option] != nil else {
          continue
        }
        let what = declaredStages[option] != nil ? "stage" : "source"
        report(
          .duplicateName, "the option '\(option)' has the name of a \(what)", body.span,
          hint: "give one of them another name")
      }
    }
  }

  /// The index of the body that each stage takes.
  private mutating func resolveChoices(_ overrides: [String: String]) -> [String: Int] {
    var chosen: [String: Int] = [:]
    for stage in manifest.stages {
      let option = overrides[stage.declaredName] ?? stage.defaultOption
      let index = stage.bodies.firstIndex { $0.option == option }
      if let override = overrides[stage.declaredName], index == nil || !stage.isChoice {
        let options = stage.bodies.compactMap(\.option)
        let hint =
          stage.isChoice
          ? nearestName(to: override, among: options).map { "did you mean '\($0)'?" }
            ?? "the options are: \(options.joined(separator: ", "))"
          : "'\(stage.declaredName)' is a stage, not a choice"
        report(.unknownOption, "'\(stage.declaredName)' has no option '\(override)'", nil, hint: hint)
      }
      chosen[stage.name] = stage.isChoice ? index ?? (stage.bodies.isEmpty ? nil : 0) : 0
    }
    for name in overrides.keys.sorted() where declaredStages[name] == nil && instances[name] == nil {
      let choices = manifest.stages.filter(\.isChoice).map(\.declaredName)
      report(
        .unknownOption, "there is no choice '\(name)'", nil,
        hint: nearestName(to: name, among: choices).map { "did you mean '\($0)'?" })
    }
    return chosen
  }

  /// The stages that a run is for.
  private mutating func resolveTargets(_ targets: [String], _ references: [String: Set<String>]) -> [String] {
    if targets.isEmpty {
      let used = references.reduce(into: Set<String>()) { used, entry in
        used.formUnion(entry.value.filter { $0 != entry.key })
      }
      return manifest.stages.map(\.name).filter { !used.contains($0) }
    }
    let selection = StageSelection(
      names: manifest.stages.map { StageSelection.Name(name: $0.name, declared: $0.declaredName) })
    return targets.flatMap { target -> [String] in
      do throws(Diagnostic) { return try selection.names(matching: target) } catch {
        diagnostics.append(error)
        return []
      }
    }
  }

  private mutating func report(_ cycle: [String], _ nodes: [String: StageNode]) {
    let binding = nodes[cycle[0]]?.inputs.first { binding in
      if case .stage(let name, _) = binding.origin { name == cycle[1 % cycle.count] } else { false }
    }
    let path = (cycle + [cycle[0]]).joined(separator: " → ")
    diagnostics.append(
      Diagnostic(
        .cycle, "stages depend on each other in a circle: \(path)", at: binding?.location,
        hint: "each stage of the circle waits for the next; take one of the references out"))
  }

  private mutating func reportUnused() {
    for parameter in manifest.parameters where !usedParameters.contains(parameter.name) {
      report(
        .unused, "the parameter '\(parameter.name)' is used by nothing", parameter.nameSpan,
        severity: .warning)
    }
    for source in manifest.sources where !usedSources.contains(source.name) {
      report(.unused, "the source '\(source.name)' is used by nothing", source.nameSpan, severity: .warning)
    }
  }

  // MARK: Reporting

  mutating func report(
    _ code: DiagnosticCode, _ message: String, _ span: SourceSpan?, hint: String? = nil,
    severity: Diagnostic.Severity = .error
  ) {
    diagnostics.append(
      Diagnostic(code, message, at: span.map(manifest.source.location), hint: hint, severity: severity))
  }
}

extension [JSON.Member] {
  /// Each key once.
  fileprivate func uniqued() -> [JSON.Member] {
    var seen: Set<String> = []
    return filter { seen.insert($0.key).inserted }
  }
}
