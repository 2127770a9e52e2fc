import Artifacts
import Foundation
import JSONText
import Lineage

/// A manifest in a crate.
struct CrateWorkflow {
  var run: RunDetail
  /// Relative to the crate.
  var path: String
  var id: String { path.percentEncoded }
}

/// The manifests of a record's runs, each once.
struct CrateWorkflows {
  /// In the order of their first runs.
  let all: [CrateWorkflow]
  /// That of the newest run: what the crate is about was made by it.
  let main: CrateWorkflow?
  private let byManifest: [Digest: CrateWorkflow]

  init(_ runs: [RunDetail]) {
    var byManifest: [Digest: CrateWorkflow] = [:]
    var all: [CrateWorkflow] = []
    let newest = runs.last?.manifestDigest
    for run in runs where byManifest[run.manifestDigest] == nil {
      let file = (run.summary.manifestPath as NSString).lastPathComponent.asFileName ?? "manifest.yaml"
      let mark = run.manifestDigest == newest ? "" : run.manifestDigest.short + "-"
      // The newest run with a manifest says what its parameters were.
      let last = runs.last { $0.manifestDigest == run.manifestDigest } ?? run
      let workflow = CrateWorkflow(run: last, path: "workflow/\(mark)\(file)")
      byManifest[run.manifestDigest] = workflow
      all.append(workflow)
    }
    self.all = all
    self.byManifest = byManifest
    main = newest.flatMap { byManifest[$0] }
  }

  subscript(run: RunDetail) -> CrateWorkflow? { byManifest[run.manifestDigest] }

  /// The formal parameters of the main workflow that a content is a value of.
  func parameters(for content: CrateContent) -> [String] {
    guard let main else { return [] }
    let inputs = main.run.sources.filter { $0.artifact.digest == content.artifact.digest }.map {
      Self.parameter("source", $0.name)
    }
    let outputs = main.run.stages.compactMap(\.execution).flatMap { execution in
      execution.outputs.filter { $0.artifact.digest == content.artifact.digest }.map {
        Self.parameter("output", "\(execution.stage).\($0.port)")
      }
    }
    return inputs + outputs
  }

  /// The identifier of a formal parameter: a source, a parameter or an output of the main workflow.
  static func parameter(_ kind: String, _ name: String) -> String { "#\(kind)/\(name.percentEncoded)" }
}
