import Diagnostics
import JSONText

extension GraphBuilder {
  /// Resolves one body of a stage or choice.
  ///
  /// - Returns: the stage, nil if its kind is not known, and the stages it refers to.
  mutating func resolve(_ body: Manifest.Body, of stage: Manifest.Stage) -> (StageNode?, Set<String>) {
    guard let kindName = body.kind else { return (nil, []) }
    guard let kind = registry[kindName] else {
      report(
        .unknownKind, "there is no stage kind '\(kindName)'", body.kindSpan,
        hint: nearestName(to: kindName, among: registry.names).map { "did you mean '\($0)'?" }
          ?? "the kinds are: \(registry.names.joined(separator: ", "))")
      // References still count as uses, so that one slip does not cause others.
      for entry in body.entries { noteUses(entry.value) }
      return (nil, [])
    }
    var bindings: [InputBinding] = []
    var settings: [YAMLEntry] = []
    var policy: [YAMLEntry] = []
    for entry in body.entries {
      if let port = kind.inputs.first(where: { $0.name == entry.key }), !isSetting(entry, port, of: kind) {
        bindings += bind(entry, to: port)
      } else if ExecutionPolicy.keys.contains(entry.key) {
        policy.append(entry)
      } else {
        settings.append(entry)
      }
    }
    for port in kind.inputs where port.arity != .optional {
      if body.entries.contains(where: { $0.key == port.name }) { continue }
      report(
        .missingInput, "'\(kindName)' needs the input '\(port.name)' (\(port.acceptedTypes))", body.span,
        hint: "add '\(port.name): \"${…}\"': \(port.summary)")
    }

    let (configuration, environment) = resolveConfiguration(settings, kind, bindings, body)
    let node = StageNode(
      name: stage.name, declaredName: stage.declaredName, option: body.option, kind: kind,
      configuration: configuration.canonical,
      components: configuration.components, inputs: bindings,
      environment: environment.sorted().compactMap { name in
        self.environment[name].map { EnvironmentValue(name: name, value: $0) }
      },
      requirements: requirements(of: body, metrics: configuration.metricNames),
      policy: resolvePolicy(policy),
      location: manifest.source.location(body.span),
      auditInputs: configuration.audit, estimateResources: configuration.estimate)
    return (node, Set(node.upstream))
  }

  /// Whether a key that names both an input and a setting means the setting: `model: {hidden_size: 64}` is the shape
  /// of a new model, `model: "${base}"` a model to go on with.
  private mutating func isSetting(_ entry: YAMLEntry, _ port: InputPort, of kind: any StageKind.Type) -> Bool
  {
    port.arity != .named && entry.value.entries != nil && settings(of: kind).names.contains(port.name)
  }

  private mutating func resolveConfiguration(
    _ entries: [YAMLEntry], _ kind: any StageKind.Type, _ bindings: [InputBinding], _ body: Manifest.Body
  ) -> (ResolvedConfiguration, Set<String>) {
    var members: [JSON.Member] = []
    var environment: Set<String> = []
    let settings = settings(of: kind)
    let names = settings.names
    for entry in entries {
      guard names.contains(entry.key) else {
        reportUnknown(entry, kind, names)
        continue
      }
      // A value that cannot be resolved has been reported; its default stands in.
      guard let value = resolve(entry.value) else { continue }
      members.append(JSON.Member(entry.key, value.json))
      environment.formUnion(value.environment)
    }
    let named = bindings.compactMap { binding in binding.name.map { "\(binding.port).\($0)" } }
    let connected = Set(bindings.map(\.port) + named)
    let configuration = settings.resolve(.object(members), connected: connected)
    report(configuration.fieldProblems, in: entries)
    for problem in configuration.problems {
      let isAboutKind = problem.key == "kind"
      let path = problem.key.split(separator: ".").map { FieldProblem.Step.key(String($0)) }
      report(
        .noEffect, isAboutKind ? problem.message : "'\(problem.key)' \(problem.message)",
        isAboutKind ? body.kindSpan : locate(path[...], in: body.entries, wantsKey: true) ?? body.span,
        hint: problem.hint)
    }
    return (configuration, environment)
  }

  /// What the stage says about how it is executed; variables of the environment that go into it are in no key.
  private mutating func resolvePolicy(_ entries: [YAMLEntry]) -> ExecutionPolicy {
    let members = entries.compactMap { entry in
      resolve(entry.value).map { JSON.Member(entry.key, $0.json) }
    }
    let (policy, problems) = ExecutionPolicy.decode(.object(members))
    report(problems, in: entries)
    return policy
  }

  private mutating func report(_ problems: [FieldProblem], in entries: [YAMLEntry]) {
    for problem in problems {
      report(
        problem.isUnknownKey ? .unknownKey : .invalidValue, "'\(problem.pathDescription)' \(problem.message)",
        locate(problem.path[...], in: entries, wantsKey: problem.isUnknownKey), hint: problem.hint)
    }
  }

  /// A key that is neither a setting nor an input of the kind.
  private mutating func reportUnknown(_ entry: YAMLEntry, _ kind: any StageKind.Type, _ settings: [String]) {
    noteUses(entry.value)
    let known = kind.inputs.map(\.name) + settings + ["kind", "require"] + ExecutionPolicy.keys
    report(
      .unknownKey, "'\(entry.key)' is not a key of the kind '\(kind.name)'", entry.keySpan,
      hint: nearestName(to: entry.key, among: known).map { "did you mean '\($0)'?" }
        ?? "the keys are: \(known.joined(separator: ", "))")
  }

  /// The place of a value, or of its key, as deep as the path can be followed in the text.
  private func locate(_ path: ArraySlice<FieldProblem.Step>, in entries: [YAMLEntry], wantsKey: Bool)
    -> SourceSpan?
  {
    guard case .key(let key)? = path.first, let entry = entries.first(where: { $0.key == key }) else {
      return nil
    }
    let fallback = wantsKey && path.count == 1 ? entry.keySpan : entry.value.span
    return locate(path.dropFirst(), in: entry.value, wantsKey: wantsKey) ?? fallback
  }

  private func locate(_ path: ArraySlice<FieldProblem.Step>, in node: YAMLNode, wantsKey: Bool) -> SourceSpan?
  {
    switch (path.first, node.content) {
    case (.key?, .mapping(let entries)): return locate(path, in: entries, wantsKey: wantsKey)
    case (.index(let index)?, .sequence(let elements)) where elements.indices.contains(index):
      return locate(path.dropFirst(), in: elements[index], wantsKey: wantsKey) ?? elements[index].span
    default: return nil
    }
  }

  /// - Parameter metrics: names that a requirement can be about; nil if only a run can tell.
  private mutating func requirements(of body: Manifest.Body, metrics: [String]?) -> [Requirement] {
    body.requirements.compactMap { entry in
      if let metrics, !metrics.contains(entry.key) {
        report(
          .unknownMetric, "the stage reports no metric '\(entry.key)'", entry.keySpan,
          hint: nearestName(to: entry.key, among: metrics).map { "did you mean '\($0)'?" }
            ?? "it reports: \(metrics.joined(separator: ", "))")
      }
      if let value = resolve(entry.value) {
        if let condition = value.json.stringValue,
          let requirement = Requirement(metric: entry.key, condition: condition)
        {
          return requirement
        }
        report(
          .invalidRequirement,
          "the requirement on '\(entry.key)' must be a comparison with a number, "
            + "not \(value.json.foundDescription)", entry.value.span,
          hint: #"write it as "> 0.6"; the comparisons are >, >=, <, <=, ==, !="#)
      }
      return nil
    }
  }

  /// Counts references as uses without checking them.
  private mutating func noteUses(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let text, _):
      guard let template = try? Template(text) else { return }
      for case .reference(let reference, _) in template.segments {
        switch reference {
        case .parameter(let name): usedParameters.insert(name)
        case .source(let name): usedSources.insert(name)
        case .environment, .axis, .stage: break
        }
      }
    case .sequence(let elements): for element in elements { noteUses(element) }
    case .mapping(let entries): for entry in entries { noteUses(entry.value) }
    }
  }
}
