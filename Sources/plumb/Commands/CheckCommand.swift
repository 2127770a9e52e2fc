import ArgumentParser
import Diagnostics
import Execution
import JSONText
import Pipeline

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Report every error of a manifest and its data, and show what stages would see.")

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (graph, problems) = pipeline.inspect()
    guard let graph else { throw DiagnosticList(problems) }
    let layout = pipeline.layout
    let plan = try StorePlan.make(graph, layout: layout).plan
    let audit = try StoreAudit.perform(plan, layout: layout, onlyPending: false)
    // A source that is missing has been reported with the manifest.
    let unreadable = problems.isEmpty ? plan.problems : []
    let diagnostics = problems + unreadable + audit.diagnostics
    if diagnostics.contains(where: { $0.severity == .error }) { throw DiagnosticList(diagnostics) }
    if !output.json { diagnostics.writeWarnings() }
    output.write(json: json(graph, audit, diagnostics), text: { text(graph, audit, $0) })
  }

  private func json(_ graph: StageGraph, _ audit: StoreAudit, _ warnings: [Diagnostic]) -> JSON {
    [
      "schema": "plumb.check/1", "pipeline": .string(graph.name),
      "stages": .array(
        audit.stages.map { stage in
          [
            "name": .string(stage.name), "kind": JSON(graph[stage: stage.name]?.kindName),
            "preview": .array(stage.audit.preview.map(JSON.string)), "details": stage.audit.details,
          ]
        }),
      "warnings": .array(warnings.map(\.json)),
    ]
  }

  private func text(_ graph: StageGraph, _ audit: StoreAudit, _ style: Style) -> String {
    var text = ""
    for stage in audit.stages where !stage.audit.preview.isEmpty {
      text += style.bold(stage.name) + style.dim("  \(graph[stage: stage.name]?.kindName ?? "")") + "\n"
      text += stage.audit.preview.map { "  \($0)\n" }.joined() + "\n"
    }
    return text
      + "\(style.green("ok")): \(graph.name), \(Figures.count(graph.stages.count, "stage")), "
      + "\(Figures.count(graph.sources.count, "source"))\n"
  }
}
