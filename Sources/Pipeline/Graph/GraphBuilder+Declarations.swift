import Diagnostics
import Foundation
import JSONText

extension GraphBuilder {
  // MARK: Parameters

  /// Reads the defaults and puts what the command line sets in their place.
  mutating func resolveParameters(_ overrides: [String: String]) {
    for parameter in manifest.parameters {
      guard let value = resolve(parameter.value, scope: .environmentOnly) else { continue }
      parameters[parameter.name] = value
      guard let text = overrides[parameter.name] else { continue }
      if let override = typed(text, as: value.json, name: parameter.name) {
        parameters[parameter.name] = ResolvedValue(json: override)
      }
    }
    for name in overrides.keys.sorted() where !declaredParameters.contains(name) {
      report(
        .unknownParameter, "there is no parameter '\(name)' to set", nil,
        hint: hint(for: name))
    }
  }

  /// How to set what is not a parameter by this name.
  private func hint(for name: String) -> String {
    if let near = nearestName(to: name, among: declaredParameters) { return "did you mean '\(near)'?" }
    let parts = name.split(separator: ".", maxSplits: 1)
    if parts.count == 2, parts[0] == "params", declaredParameters.contains(String(parts[1])) {
      return "parameters are set without 'params.': --set \(parts[1])=…"
    }
    if parts.count == 2, manifest.stages.contains(where: { $0.name == parts[0] }) {
      return "a stage's setting is set through a parameter: declare one under 'params:', and use "
        + "\(parts[1]): \"${params.NAME}\" in '\(parts[0])'"
    }
    return "declare it under 'params:' with its default"
  }

  /// Reads an override as the type of the default.
  private mutating func typed(_ text: String, as model: JSON, name: String) -> JSON? {
    let value: JSON
    if case .string = model {
      value = .string(text)
    } else if let node = try? YAMLComposer.compose(text, source: SourceText(file: "--set", text: text)).0 {
      value = plainValue(node)
    } else {
      value = YAMLScalar.resolve(text)
    }
    switch (model, value) {
    case (.null, _), (.bool, .bool), (.integer, .integer), (.string, .string), (.array, .array),
      (.object, .object), (.number, .integer), (.number, .number):
      return value
    default:
      report(
        .unknownParameter,
        "the parameter '\(name)' is \(model.typeName) by its default \(model.foundDescription), not \(value.foundDescription)",
        nil,
        hint: model.intValue != nil && value.doubleValue != nil
          ? "write the default with a fraction, such as \(model.compact).0, to allow any number" : nil)
      return nil
    }
  }

  private func plainValue(_ node: YAMLNode) -> JSON {
    switch node.content {
    case .scalar(let text, let isPlain): isPlain ? YAMLScalar.resolve(text) : .string(text)
    case .sequence(let elements): .array(elements.map(plainValue))
    case .mapping(let entries): .object(entries.map { JSON.Member($0.key, plainValue($0.value)) })
    }
  }

  // MARK: Sources

  mutating func resolveSources() {
    for source in manifest.sources {
      guard let node = source.path, let value = resolve(node) else { continue }
      guard let path = value.json.stringValue, !path.isEmpty else {
        report(.invalidValue, "'path' must be a path, not \(value.json.foundDescription)", node.span)
        continue
      }
      guard let type = source.type else { continue }
      let directory = manifest.file.deletingLastPathComponent()
      sources[source.name] = SourceNode(
        name: source.name, type: type,
        path: URL(fileURLWithPath: path, relativeTo: directory).standardizedFileURL,
        displayPath: displayPath(path), location: manifest.source.location(node.span))
    }
  }

  /// A path of the manifest as seen from where the manifest's own path starts.
  private func displayPath(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    var parts = manifest.source.file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != "..", !last.isEmpty, last != "." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }

  /// Reports sources that do not exist or are of the wrong sort, and returns the others that the stages need.
  ///
  /// Beside other errors it is not known which stages will be needed, so every source that the chosen bodies refer
  /// to is looked at.
  mutating func checkFiles(of stages: [StageNode]) -> [SourceNode] {
    var needed: Set<String> = []
    for stage in stages {
      for case .source(let name) in stage.inputs.map(\.origin) { needed.insert(name) }
    }
    let isSound = !diagnostics.contains { $0.severity == .error }
    let checked = isSound ? needed : needed.union(chosenSources)
    return manifest.sources.compactMap { source in
      guard checked.contains(source.name), let node = sources[source.name] else { return nil }
      let problems = node.problems
      diagnostics += problems
      return problems.isEmpty && needed.contains(source.name) ? node : nil
    }
  }
}

extension SourceNode {
  /// What is wrong with the file or directory, as far as its name and sort tell.
  fileprivate var problems: [Diagnostic] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isDirectory) else {
      let siblings =
        (try? FileManager.default.contentsOfDirectory(atPath: path.deletingLastPathComponent().path))
      let near = nearestName(to: path.lastPathComponent, among: siblings ?? [])
      return [
        Diagnostic(
          .missingFile, "the source '\(name)' does not exist: \(displayPath)", at: location,
          hint: near.map { "did you mean '\($0)'?" } ?? "paths are relative to the manifest")
      ]
    }
    switch type {
    case .text, .demonstrations, .preferences, .feedback, .prompts, .labels, .completions:
      guard isDirectory.boolValue else { return [] }
      return [
        Diagnostic(
          .missingFile, "\(displayPath) is a directory, but a source of type \(type.rawValue) is a file",
          at: location)
      ]
    case .model, .rewardModel, .classifier, .adapter, .report:
      guard !isDirectory.boolValue else { return [] }
      return [
        Diagnostic(
          .missingFile, "\(displayPath) is a file, but a source of type \(type.rawValue) is a directory",
          at: location)
      ]
    case .tokenizer: return []
    }
  }
}
