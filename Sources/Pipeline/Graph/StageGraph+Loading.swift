import Diagnostics
import Foundation

extension StageGraph {
  /// Reads a manifest and resolves it.
  ///
  /// - Parameters:
  ///   - displayPath: how diagnostics call the file; usually as the user typed it.
  ///   - targets: the stages that are wanted; none for all that no other stage takes inputs from.
  ///   - environment: where `${env.X}` looks.
  /// - Throws: everything that is wrong with the manifest, with the warnings.
  public static func load(
    manifest: URL, displayPath: String, registry: StageRegistry, overrides: ManifestOverrides = .init(),
    targets: [String] = [], environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(DiagnosticList) -> StageGraph {
    let (graph, diagnostics) = inspect(
      manifest: manifest, displayPath: displayPath, registry: registry, overrides: overrides,
      targets: targets,
      environment: environment)
    return try require(graph, diagnostics)
  }

  /// Reads a manifest as far as it can be read.
  ///
  /// - Returns: what could be resolved, without the stages that have errors, nil if nothing could be; and everything
  ///   that is wrong.
  public static func inspect(
    manifest: URL, displayPath: String, registry: StageRegistry, overrides: ManifestOverrides = .init(),
    targets: [String] = [], environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> (graph: StageGraph?, diagnostics: [Diagnostic]) {
    do throws(Diagnostic) {
      return inspect(
        text: try readManifest(manifest, displayPath: displayPath), manifest: manifest,
        displayPath: displayPath,
        registry: registry, overrides: overrides, targets: targets, environment: environment)
    } catch { return (nil, [error]) }
  }

  /// Resolves the text of a manifest; paths in it are relative to the directory of `manifest`.
  ///
  /// - Throws: everything that is wrong with the manifest, with the warnings.
  public static func resolve(
    text: String, manifest: URL, displayPath: String, registry: StageRegistry,
    overrides: ManifestOverrides = .init(), targets: [String] = [], environment: [String: String] = [:]
  ) throws(DiagnosticList) -> StageGraph {
    let (graph, diagnostics) = inspect(
      text: text, manifest: manifest, displayPath: displayPath, registry: registry, overrides: overrides,
      targets: targets, environment: environment)
    return try require(graph, diagnostics)
  }

  private static func inspect(
    text: String, manifest: URL, displayPath: String, registry: StageRegistry, overrides: ManifestOverrides,
    targets: [String], environment: [String: String]
  ) -> (graph: StageGraph?, diagnostics: [Diagnostic]) {
    let (declarations, problems) = ManifestReader.read(text, file: manifest, displayPath: displayPath)
    guard let declarations else { return (nil, problems) }
    var builder = GraphBuilder(
      manifest: declarations, text: text, registry: registry, environment: environment)
    var graph = builder.build(overrides: overrides, targets: targets)
    let diagnostics = (problems + builder.diagnostics).inReadingOrder
    graph?.warnings = diagnostics.filter { $0.severity == .warning }
    return (graph, diagnostics)
  }

  private static func require(_ graph: StageGraph?, _ diagnostics: [Diagnostic]) throws(DiagnosticList)
    -> StageGraph
  {
    guard let graph, !diagnostics.contains(where: { $0.severity == .error }) else {
      throw DiagnosticList(diagnostics)
    }
    return graph
  }

  private static func readManifest(_ url: URL, displayPath: String) throws(Diagnostic) -> String {
    let location = SourceLocation(file: displayPath)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
      throw Diagnostic(.unreadableManifest, "there is no file '\(displayPath)'", at: location)
    }
    if isDirectory.boolValue {
      throw Diagnostic(
        .unreadableManifest, "'\(displayPath)' is a directory, not a manifest", at: location,
        hint: "name the YAML file in it")
    }
    guard let data = FileManager.default.contents(atPath: url.path) else {
      throw Diagnostic(.unreadableManifest, "'\(displayPath)' cannot be read", at: location)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      let line = String(decoding: data, as: UTF8.self).prefix { $0 != "\u{FFFD}" }.count { $0.isNewline } + 1
      throw Diagnostic(
        .unreadableManifest, "'\(displayPath)' is not UTF-8 text",
        at: SourceLocation(file: displayPath, line: line, column: 1))
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }
}

extension [Diagnostic] {
  /// Sorted by place, those without one first; equal places keep their order and repetitions are dropped.
  var inReadingOrder: [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return enumerated().sorted { left, right in
      func key(_ entry: (offset: Int, element: Diagnostic)) -> (Int, Int, Int) {
        (entry.element.location?.line ?? 0, entry.element.location?.column ?? 0, entry.offset)
      }
      return key(left) < key(right)
    }.map(\.element).filter { seen.insert($0).inserted }
  }
}
