import ArgumentParser
import Artifacts
import Diagnostics
import Foundation
import Pipeline
import Stages

/// Which manifest a command works on, and what the command line changes about it.
struct PipelineOptions: ParsableArguments {
  /// `NAME=VALUE`, as typed.
  struct Assignment: ExpressibleByArgument {
    var name: String
    var value: String

    init?(argument: String) {
      guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
      name = String(argument[..<equals])
      value = String(argument[argument.index(after: equals)...])
    }
  }

  @Argument(help: "The pipeline's YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var manifest: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Give a parameter another value; may be repeated.", valueName: "name=value"))
  var settings: [Assignment] = []

  @Option(
    name: .customLong("choose"),
    help: ArgumentHelp("Take another option of a choice; may be repeated.", valueName: "choice=option"))
  var choices: [Assignment] = []

  @OptionGroup var store: StoreOptions

  var url: URL { URL(fileURLWithPath: manifest) }
  var layout: StoreLayout { get throws { try store.layout(forManifest: url) } }

  var overrides: ManifestOverrides {
    ManifestOverrides(
      parameters: Dictionary(settings.map { ($0.name, $0.value) }) { _, last in last },
      choices: Dictionary(choices.map { ($0.name, $0.value) }) { _, last in last })
  }

  /// The manifest, resolved.
  ///
  /// - Throws: everything that is wrong with it.
  func graph(targets: [String] = []) throws(DiagnosticList) -> StageGraph {
    try StageGraph.load(
      manifest: url, displayPath: manifest, registry: .builtIn, overrides: overrides, targets: targets)
  }

  /// The manifest as far as it can be resolved, and everything that is wrong with it.
  func inspect() -> (graph: StageGraph?, diagnostics: [Diagnostic]) {
    StageGraph.inspect(manifest: url, displayPath: manifest, registry: .builtIn, overrides: overrides)
  }
}

extension [Diagnostic] {
  /// Writes warnings on standard error.
  func writeWarnings() {
    let renderer = DiagnosticRenderer(style: Style(.error))
    for diagnostic in self where diagnostic.severity == .warning {
      StandardStream.error.write(renderer.render(diagnostic))
    }
  }
}
