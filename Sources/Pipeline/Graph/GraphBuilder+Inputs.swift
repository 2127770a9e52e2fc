import Diagnostics

extension GraphBuilder {
  /// Connects what an entry names to an input port.
  mutating func bind(_ entry: YAMLEntry, to port: InputPort) -> [InputBinding] {
    switch (port.arity, entry.value.content) {
    case (.optional, .scalar(let text, true)) where YAMLScalar.resolve(text).isNull: return []
    case (.one, .scalar), (.optional, .scalar):
      let bindings = connect(entry.value, to: port, name: nil)
      if bindings.count > 1 {
        report(
          .severalInstances, "the input '\(port.name)' takes one reference, not \(bindings.count) instances",
          entry.value.span, hint: "name one, such as ${\(bindings[0].label)}")
      }
      return bindings
    case (.many, .scalar): return numbered(connect(entry.value, to: port, name: nil))
    case (.many, .sequence(let elements)) where !elements.isEmpty:
      return numbered(elements.flatMap { connect($0, to: port, name: nil) })
    case (.named, .mapping(let entries)) where !entries.isEmpty:
      return entries.flatMap { connect($0.value, to: port, name: $0.key) }
    default:
      report(
        .invalidValue, "the input '\(port.name)' takes \(port.shape), not \(entry.value.shape)",
        entry.value.span)
      return []
    }
  }

  private func numbered(_ bindings: [InputBinding]) -> [InputBinding] {
    bindings.enumerated().map { index, binding in
      var binding = binding
      binding.index = index
      return binding
    }
  }

  /// Connects one reference; one that collects the instances of a matrix gives a binding for each.
  private mutating func connect(_ node: YAMLNode, to port: InputPort, name: String?) -> [InputBinding] {
    guard case .scalar(let text, _) = node.content else {
      report(.invalidValue, "'\(port.name)' takes a reference here, not \(node.shape)", node.span)
      return []
    }
    guard let template = template(text, node.span) else { return [] }
    guard let reference = template.whole else {
      report(
        .misplacedReference, "the input '\(port.name)' takes a reference, not '\(text)'", node.span,
        hint: suggestion(for: text))
      return []
    }
    guard case .stage(let stage, let wanted) = reference, let collected = collection(stage) else {
      return connect(reference, text, node, to: port, name: name).map { [$0] } ?? []
    }
    return collected.compactMap { found in
      let suffix = found.instance.map { "@\($0.pointName)" } ?? ""
      return connect(
        .stage(found.name, port: wanted), text, node, to: port, name: name.map { $0 + suffix })
    }
  }

  private mutating func connect(
    _ reference: Reference, _ text: String, _ node: YAMLNode, to port: InputPort, name: String?
  ) -> InputBinding? {
    guard let (origin, type) = resolve(reference, text, node.span, port) else { return nil }
    let binding = InputBinding(
      port: port.name, name: name, index: nil, origin: origin, type: type,
      location: manifest.source.location(manifest.source.narrow(node.span, to: text)))
    guard port.accepts.contains(type) else {
      diagnostics.append(
        Diagnostic(
          .portTypeMismatch,
          "the input '\(port.name)' takes \(port.acceptedTypes), but '\(text)' is of type \(type.rawValue)",
          at: binding.location, hint: alternative(to: origin, for: port)))
      return nil
    }
    return binding
  }

  private mutating func resolve(_ reference: Reference, _ text: String, _ span: SourceSpan, _ port: InputPort)
    -> (InputBinding.Origin, PortType)?
  {
    let place = manifest.source.narrow(span, to: text)
    switch reference {
    case .source(let name):
      usedSources.insert(name)
      guard declaredSources[name] != nil else {
        reportUnknown("source", name, among: declaredSources.keys, place)
        return nil
      }
      return declaredSources[name]?.type.map { (.source(name), $0) }
    case .stage(let name, let wanted):
      if let found = matrixInstance(name, port: wanted, place) {
        return found.flatMap { resolve(port: wanted, of: $0, place) }
      }
      guard let stage = declaredStages[name] else {
        let isSource = declaredSources[name] != nil
        let isOption = manifest.stages.first { $0.bodies.contains { $0.option == name } }
        if isSource {
          report(
            .unknownName, "there is no stage '\(name)'", place, hint: "did you mean '${sources.\(name)}'?")
        } else if let choice = isOption {
          report(
            .unknownName, "'\(name)' is an option; its outputs are reached through the choice", place,
            hint: "did you mean '${\(choice.name)\(wanted.map { ".\($0)" } ?? "")}'?")
        } else {
          reportUnknown("stage", name, among: declaredStages.keys, place)
        }
        return nil
      }
      return resolve(port: wanted, of: stage, place)
    case .parameter(let name):
      usedParameters.insert(name)
      if !declaredParameters.contains(name) {
        reportUnknown("parameter", name, among: declaredParameters, place)
      }
    case .environment, .axis: break
    }
    report(
      .misplacedReference, "the input '\(port.name)' takes a source or a stage's output, not '\(text)'",
      place,
      hint: "connect ${sources.NAME} or ${STAGE.PORT}")
    return nil
  }

  /// The output that a reference to a stage or choice means.
  private mutating func resolve(port wanted: String?, of stage: Manifest.Stage, _ place: SourceSpan)
    -> (InputBinding.Origin, PortType)?
  {
    let offers = stage.bodies.compactMap { body in
      body.kind.flatMap { registry[$0] }.map { (option: body.option, outputs: $0.outputs) }
    }
    guard let first = offers.first, offers.count == stage.bodies.count else { return nil }
    let common = first.outputs.filter { output in
      offers.allSatisfy { $0.outputs.contains { $0.name == output.name && $0.type == output.type } }
    }
    let names = common.map { "${\(stage.name).\($0.name)}" }
    guard let wanted else {
      if common.count == 1 { return (.stage(stage.name, port: common[0].name), common[0].type) }
      report(
        .unknownPort, "'\(stage.name)' has \(common.count) outputs; say which one is meant", place,
        hint: "write \(names.joined(separator: " or "))")
      return nil
    }
    if let output = common.first(where: { $0.name == wanted }) {
      return (.stage(stage.name, port: wanted), output.type)
    }
    if let lacking = offers.first(where: { !$0.outputs.contains { $0.name == wanted } }),
      offers.contains(where: { $0.outputs.contains { $0.name == wanted } })
    {
      report(
        .portNotOffered, "the option '\(lacking.option ?? "")' of '\(stage.name)' has no output '\(wanted)'",
        place,
        hint: names.isEmpty ? nil : "all options offer \(names.joined(separator: ", "))")
    } else if let types = differingTypes(wanted, offers.map(\.outputs)) {
      report(
        .portNotOffered, "the options of '\(stage.name)' offer '\(wanted)' with different types: \(types)",
        place)
    } else {
      report(
        .unknownPort, "'\(stage.name)' has no output '\(wanted)'", place,
        hint: nearestName(to: wanted, among: common.map(\.name)).map {
          "did you mean '${\(stage.name).\($0)}'?"
        }
          ?? (names.isEmpty ? nil : "its outputs are \(names.joined(separator: ", "))"))
    }
    return nil
  }

  private func differingTypes(_ port: String, _ offers: [[OutputPort]]) -> String? {
    let types = Set(offers.flatMap { $0 }.filter { $0.name == port }.map(\.type.rawValue)).sorted()
    return types.count > 1 ? types.joined(separator: ", ") : nil
  }

  // MARK: Suggestions

  /// What a bare word in place of a reference was probably meant to be.
  private func suggestion(for text: String) -> String {
    let stage = text.split(separator: ".").first.map(String.init) ?? text
    if declaredSources[text] != nil { return "did you mean '${sources.\(text)}'?" }
    if declaredStages[stage] != nil || text.hasPrefix("sources.") { return "did you mean '${\(text)}'?" }
    return "write \"${sources.NAME}\" or \"${STAGE.PORT}\"; files are declared under 'sources:'"
  }

  /// Another output of the same stage that the port would take.
  private func alternative(to origin: InputBinding.Origin, for port: InputPort) -> String? {
    guard case .stage(let name, _) = origin, let body = declaredStages[name]?.bodies.first,
      let outputs = body.kind.flatMap({ registry[$0] })?.outputs,
      let other = outputs.first(where: { port.accepts.contains($0.type) })
    else { return nil }
    return "did you mean '${\(name).\(other.name)}'?"
  }
}

extension InputPort {
  /// The types the port takes, in words.
  var acceptedTypes: String { accepts.map(\.rawValue).sorted().joined(separator: " or ") }

  fileprivate var shape: String {
    switch arity {
    case .one, .optional: "one reference"
    case .many: "a reference or a list of references"
    case .named: "a map from names to references"
    }
  }
}

extension YAMLNode {
  fileprivate var shape: String {
    switch content {
    case .scalar(let text, _): text.isEmpty ? "nothing" : "'\(text)'"
    case .sequence(let elements): elements.isEmpty ? "an empty list" : "a list"
    case .mapping(let entries): entries.isEmpty ? "an empty map" : "a map"
    }
  }
}
