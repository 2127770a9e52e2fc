import ArgumentParser
import Artifacts
import Diagnostics
import Execution
import Foundation
import JSONText
import Lineage
import Pipeline

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Name the change that makes a stage run, or made it run the last time.",
    usage: """
      plumb why <manifest> <stage> [<options>]
      plumb why --cached <stage> [<options>]
      """,
    discussion: """
      The cause comes first, then the stages through which it reached this one; then what differs without being in the \
      key. A stage of a matrix is explained instance by instance. 'plumb why --cached STAGE', without a manifest, says \
      what the newest run took the stage's outputs from.
      """)

  @OptionGroup var pipeline: PipelineOptions

  @Argument(help: "The stage to explain, by name, instance or pattern.")
  var stage: String?

  @Flag(name: .long, help: "Say which execution the stage's outputs are from, with inputs and outputs.")
  var cached = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    let isManifest = ["yaml", "yml"].contains((pipeline.manifest as NSString).pathExtension)
    if stage == nil, !cached || isManifest { throw ValidationError("missing expected argument '<stage>'") }
  }

  func run() throws {
    guard let stage else { return try showServed(reference: pipeline.manifest) }
    let graph = try pipeline.graph(targets: [stage])
    let layout = try pipeline.layout
    let plan = try StorePlan.make(graph, layout: layout)
    let reader = try LineageReader.open(layout)
    let views = try graph.selection.names(matching: stage).map { name in
      let explanation = try plan.explain(name, layout: layout)
      let served = try explanation.origin.flatMap { origin in
        try reader?.read { try ServedResult(origin, $0) }
      }
      return (
        view: WhyView(explanation, graph, served: served, ObjectStore(layout)), name, served, explanation
      )
    }
    output.write(
      json: .instances(views.map(\.view.json), schema: "plumb.why/1"),
      text: { style in
        views.map { view, name, served, explanation in
          guard cached else { return view.text(style) }
          return served?.text(stage: name, style)
            ?? "\(style.bold(name)) is not served from the store: \(explanation.reason)\n"
        }.joined(separator: "\n")
      })
  }

  /// What a stage of a run was served from, by what the store knows of it.
  private func showServed(reference: String) throws {
    let (reader, _) = try pipeline.store.reader()
    let found = try reader.read { queries in
      try queries.resolveStages(reference, hint: "plumb why --cached STAGE, or RUN:STAGE").map { id in
        (served: try ServedResult(id, queries), name: try queries.execution(id).stage)
      }
    }
    output.write(
      json: .instances(
        found.map { ["schema": "plumb.why/1", "stage": .string($0.name), "served_from": $0.served.json] },
        schema: "plumb.why/1"),
      text: { style in found.map { $0.served.text(stage: $0.name, style) }.joined(separator: "\n") })
  }
}
