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
    let layout = try pipeline.layout
    var stored = try StorePlan.make(graph, layout: layout)
    stored.estimateResources(layout: layout)
    let plan = stored.plan
    let audit = try StoreAudit.perform(plan, layout: layout, onlyPending: false)
    // A source that is missing has been reported with the manifest.
    let unreadable = problems.isEmpty ? plan.problems : []
    let unfit = ResourceReview.problems(of: plan, budget: ResourceBudget.make(jobs: 1))
    let diagnostics = problems + unreadable + audit.diagnostics + unfit
    if diagnostics.contains(where: { $0.severity == .error }) { throw DiagnosticList(diagnostics) }
    if !output.json { diagnostics.writeWarnings() }
    output.write(json: json(graph, audit, diagnostics), text: { text(graph, audit, $0) })
  }

  /// Schema `plumb.check/1`: `{"pipeline", "stages": […], "warnings": […]}`.
  ///
  /// A stage has `name`, `kind`, `preview` (the lines that a person gets), `details` (rows, kept and dropped ones, by
  /// input), `notes` (what cannot be checked yet) and `inputs`. Of each data input there are `input`, `port`, `rows`;
  /// `dropped` and `remarks`, counts by name; `marks`, what marked tokens are; `distributions` of lengths in tokens and
  /// of the share of trained tokens, with `least`, `median`, `percentile_95`, `greatest` and `bins`; and `samples`:
  /// rows by `line`, each text as `spans` of tokens with the same mark, with their `ids`, the text of each of the
  /// `tokens`, and the indices of those that are `special`.
  private func json(_ graph: StageGraph, _ audit: StoreAudit, _ warnings: [Diagnostic]) -> JSON {
    let text = AuditText(style: .plain, width: 100)
    return [
      "schema": "plumb.check/1", "pipeline": .string(graph.name),
      "stages": .array(
        audit.stages.map { stage in
          [
            "name": .string(stage.name), "kind": JSON(graph[stage: stage.name]?.kindName),
            "preview": .array(text.render(stage.audit).map(JSON.string)), "details": stage.audit.details,
            "notes": .array(stage.audit.notes.map(JSON.string)),
            "inputs": .array(stage.audit.inputs.map(\.json)),
          ]
        }),
      "warnings": .array(warnings.map(\.json)),
    ]
  }

  private func text(_ graph: StageGraph, _ audit: StoreAudit, _ style: Style) -> String {
    let renderer = AuditText(style: style, width: min(StandardStream.output.width, 120) - 2)
    var text = ""
    for stage in audit.stages {
      let lines = renderer.render(stage.audit)
      if lines.isEmpty { continue }
      text += style.bold(stage.name) + style.dim("  \(graph[stage: stage.name]?.kindName ?? "")") + "\n"
      text += lines.map { "  \($0)\n" }.joined() + "\n"
    }
    return text
      + "\(style.green("ok")): \(graph.name), \(Figures.count(graph.stages.count, "stage")), "
      + "\(Figures.count(graph.sources.count, "source"))\n"
  }
}
