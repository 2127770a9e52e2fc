import Diagnostics
import Foundation
import JSONText

/// Reads the declarations of a manifest and collects what is wrong with their structure.
struct ManifestReader {
  var manifest: Manifest
  private(set) var diagnostics: [Diagnostic] = []

  /// Reads a manifest from its text.
  ///
  /// - Parameter displayPath: how diagnostics call the file.
  /// - Returns: the declarations that could be read, nil if there are none, and the problems.
  static func read(_ text: String, file: URL, displayPath: String) -> (Manifest?, [Diagnostic]) {
    let source = SourceText(file: displayPath, text: text)
    let root: YAMLNode?
    var problems: [Diagnostic]
    do throws(Diagnostic) { (root, problems) = try YAMLComposer.compose(text, source: source) } catch {
      return (nil, [error])
    }
    var reader = ManifestReader(
      manifest: Manifest(
        file: file, source: source, name: file.deletingPathExtension().lastPathComponent))
    guard let root, let entries = root.entries else {
      let isEmpty = root.map { $0.text == "" } ?? true
      let location = root.map { source.location($0.span) } ?? SourceLocation(file: displayPath)
      problems.append(
        Diagnostic(
          .formatVersion, isEmpty ? "the manifest is empty" : "a manifest is a map of keys to values",
          at: location,
          hint: "begin with 'plumbline: \(Manifest.formatVersion)', then 'stages:'"))
      return (nil, problems)
    }
    reader.readRoot(entries)
    return (reader.manifest, problems + reader.diagnostics)
  }

  private init(manifest: Manifest) { self.manifest = manifest }

  private mutating func readRoot(_ entries: [YAMLEntry]) {
    checkVersion(entries)
    for entry in entries {
      switch entry.key {
      case "plumbline": break
      case "name":
        if let name = entry.value.text, !name.isEmpty {
          manifest.name = name
        } else {
          report(.invalidValue, "'name' must be a string", entry.value.span)
        }
      case "params": readParameters(entry)
      case "sources": readSources(entry)
      case "stages": readStages(entry)
      default:
        reportUnknown(entry, known: ["plumbline", "name", "params", "sources", "stages"], of: "a manifest")
      }
    }
    if !entries.contains(where: { $0.key == "stages" }) {
      report(
        .missingKey, "the manifest declares no stages", nil, hint: "add 'stages:' with at least one stage")
    }
  }

  private mutating func checkVersion(_ entries: [YAMLEntry]) {
    let wanted = "plumbline: \(Manifest.formatVersion)"
    guard let entry = entries.first(where: { $0.key == "plumbline" }) else {
      report(
        .formatVersion, "the manifest does not say which version of the format it is written in",
        entries.first?.keySpan, hint: "add '\(wanted)' as its first line")
      return
    }
    if case .scalar(let text, true) = entry.value.content,
      YAMLScalar.resolve(text) == .integer(Manifest.formatVersion)
    {
      return
    }
    report(
      .formatVersion, "version \(entry.value.text ?? "of the format") is not supported", entry.value.span,
      hint: "this plumb reads '\(wanted)'")
  }

  private mutating func readParameters(_ section: YAMLEntry) {
    for entry in mapping(section) where checkName(entry, what: "parameter") {
      manifest.parameters.append(.init(name: entry.key, nameSpan: entry.keySpan, value: entry.value))
    }
  }

  private mutating func readSources(_ section: YAMLEntry) {
    for entry in mapping(section) where checkName(entry, what: "source") {
      var source = Manifest.Source(name: entry.key, nameSpan: entry.keySpan)
      for member in mapping(entry) {
        switch member.key {
        case "path": source.path = member.value
        case "type": source.type = readType(member)
        default: reportUnknown(member, known: ["path", "type"], of: "a source")
        }
      }
      if let members = entry.value.entries {
        for key in ["path", "type"] where !members.contains(where: { $0.key == key }) {
          report(.missingKey, "the source '\(entry.key)' has no '\(key)'", entry.keySpan)
        }
      }
      manifest.sources.append(source)
    }
  }

  private mutating func readType(_ entry: YAMLEntry) -> PortType? {
    let words = PortType.allCases.map(\.rawValue)
    if let type = entry.value.text.flatMap(PortType.init(rawValue:)) { return type }
    let found = entry.value.text.map { "'\($0)'" } ?? "a list or map"
    let near = entry.value.text.flatMap { nearestName(to: $0, among: words) }
    report(
      .invalidValue, "'type' must be one of \(words.joined(separator: ", ")), not \(found)", entry.value.span,
      hint: near.map { "did you mean '\($0)'?" })
    return nil
  }

  // MARK: Reporting

  /// The entries of a value that must be a mapping; an absent value is an empty one.
  mutating func mapping(_ entry: YAMLEntry) -> [YAMLEntry] {
    if let entries = entry.value.entries { return entries }
    if case .scalar("", true) = entry.value.content, ["params", "sources", "stages"].contains(entry.key) {
      return []
    }
    report(.invalidValue, "'\(entry.key)' must be a map of keys to values", entry.value.span)
    return []
  }

  mutating func checkName(_ entry: YAMLEntry, what: String) -> Bool {
    let isValid =
      !entry.key.isEmpty
      && entry.key.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789_-".unicodeScalars.contains($0)
      }
    if !isValid {
      report(
        .invalidName, "'\(entry.key)' cannot be the name of a \(what)", entry.keySpan,
        hint: "use letters, digits, '_' and '-'")
    }
    return isValid
  }

  mutating func reportUnknown(_ entry: YAMLEntry, known: [String], of what: String) {
    let hint =
      nearestName(to: entry.key, among: known).map { "did you mean '\($0)'?" }
      ?? "the keys are: \(known.joined(separator: ", "))"
    report(.unknownKey, "'\(entry.key)' is not a key of \(what)", entry.keySpan, hint: hint)
  }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, _ span: SourceSpan?, hint: String? = nil
  ) {
    let location = span.map(manifest.source.location) ?? SourceLocation(file: manifest.source.file)
    diagnostics.append(Diagnostic(code, message, at: location, hint: hint))
  }
}
