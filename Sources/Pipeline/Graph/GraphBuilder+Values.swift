import Diagnostics
import JSONText

/// A value with its references replaced.
struct ResolvedValue: Sendable {
  var json: JSON
  /// Environment variables that went into it.
  var environment: Set<String> = []
}

extension GraphBuilder {
  /// Where references may lead from a place in the manifest.
  enum Scope { case environmentOnly, values }

  /// Replaces references in a configuration value; nil if one of them cannot be.
  mutating func resolve(_ node: YAMLNode, scope: Scope = .values) -> ResolvedValue? {
    switch node.content {
    case .scalar(let text, let isPlain): return resolve(text, isPlain: isPlain, span: node.span, scope: scope)
    case .sequence(let elements):
      var result = ResolvedValue(json: .array([]))
      var items: [JSON] = []
      var isComplete = true
      for element in elements {
        guard let value = resolve(element, scope: scope) else {
          isComplete = false
          continue
        }
        items.append(value.json)
        result.environment.formUnion(value.environment)
      }
      result.json = .array(items)
      return isComplete ? result : nil
    case .mapping(let entries):
      var result = ResolvedValue(json: .object([]))
      var members: [JSON.Member] = []
      var isComplete = true
      for entry in entries {
        guard let value = resolve(entry.value, scope: scope) else {
          isComplete = false
          continue
        }
        members.append(JSON.Member(entry.key, value.json))
        result.environment.formUnion(value.environment)
      }
      result.json = .object(members)
      return isComplete ? result : nil
    }
  }

  private mutating func resolve(_ text: String, isPlain: Bool, span: SourceSpan, scope: Scope)
    -> ResolvedValue?
  {
    guard text.utf8.contains(UInt8(ascii: "$")) else {
      return ResolvedValue(json: isPlain ? YAMLScalar.resolve(text) : .string(text))
    }
    guard let template = template(text, span) else { return nil }
    if let literal = template.literal { return ResolvedValue(json: .string(literal)) }
    if let whole = template.whole { return value(of: whole, text, span, scope, isWhole: true) }
    var result = ""
    var environment: Set<String> = []
    var isComplete = true
    for segment in template.segments {
      switch segment {
      case .literal(let part): result += part
      case .reference(let reference, let written):
        guard let value = value(of: reference, written, span, scope, isWhole: false) else {
          isComplete = false
          continue
        }
        environment.formUnion(value.environment)
        switch value.json {
        case .string(let part): result += part
        case .array, .object, .null:
          report(
            .misplacedReference,
            "'\(written)' is \(value.json.foundDescription), which cannot be part of a text",
            manifest.source.narrow(span, to: written))
          isComplete = false
        case let scalar: result += scalar.compact
        }
      }
    }
    return isComplete ? ResolvedValue(json: .string(result), environment: environment) : nil
  }

  /// Cuts a scalar at its references; reports one that is not well formed.
  mutating func template(_ text: String, _ span: SourceSpan) -> Template? {
    do throws(Template.Problem) { return try Template(text) } catch {
      report(
        .referenceSyntax, error.message, manifest.source.narrow(span, to: error.fragment), hint: error.hint)
      return nil
    }
  }

  private mutating func value(
    of reference: Reference, _ written: String, _ span: SourceSpan, _ scope: Scope, isWhole: Bool
  ) -> ResolvedValue? {
    let place = manifest.source.narrow(span, to: written)
    switch reference {
    case .parameter(let name):
      usedParameters.insert(name)
      guard scope == .values else {
        report(.misplacedReference, "parameters cannot refer to parameters", place)
        return nil
      }
      guard declaredParameters.contains(name) else {
        reportUnknown("parameter", name, among: declaredParameters, place)
        return nil
      }
      return parameters[name]
    case .environment(let name):
      guard let value = environment[name] else {
        report(
          .environmentNotSet, "the environment variable '\(name)' is not set", place,
          hint: "set it for the command: \(name)=… plumb …")
        return nil
      }
      // As if the value stood in the manifest: a whole value keeps its type.
      return ResolvedValue(json: isWhole ? YAMLScalar.resolve(value) : .string(value), environment: [name])
    case .axis(let name):
      if let coordinate = instance?[name] { return coordinate.value }
      reportUnknownAxis(name, among: instance?.point.map(\.axis) ?? [], place)
      return nil
    case .source(let name):
      if declaredSources[name] == nil { reportUnknown("source", name, among: declaredSources.keys, place) }
      usedSources.insert(name)
    case .stage(let name, _):
      if declaredStages[name] == nil, instances[name] == nil {
        reportUnknown("stage", name, among: declaredStages.keys, place)
      }
    }
    report(
      .misplacedReference, "'\(written)' can be connected to an input, but stands in a setting here", place,
      hint: "settings take ${params.NAME} and ${env.NAME}")
    return nil
  }

  mutating func reportUnknown(
    _ what: String, _ name: String, among candidates: some Sequence<String>, _ span: SourceSpan
  ) {
    let known = candidates.sorted()
    let hint =
      nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
      ?? (known.isEmpty
        ? "the manifest declares no \(what)s" : "the \(what)s are: \(known.joined(separator: ", "))")
    report(.unknownName, "there is no \(what) '\(name)'", span, hint: hint)
  }
}
