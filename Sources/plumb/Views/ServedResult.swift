import Artifacts
import Foundation
import JSONText
import Lineage

/// The execution whose outputs stand for a stage, and the run that made them.
struct ServedResult {
  private let execution: ExecutionDetail
  private let circumstances: RunCircumstances
  private let manifestDigest: Digest

  /// - Parameter execution: the stage's execution; a cached one stands for its origin.
  /// - Throws: `Diagnostic` if there is none with this identifier.
  init(_ execution: ExecutionID, _ queries: LineageQueries) throws {
    let found = try queries.execution(execution)
    self.execution = found.origin == found.id ? found : try queries.execution(found.origin)
    circumstances = try queries.circumstances(of: self.execution.run)
    manifestDigest = Digest(hashing: circumstances.manifestText)
  }

  /// Such as `by run 0199…-1a2b at 2026-11-22 08:01:02`.
  var phrase: String { "by run \(execution.run.short) at \(Figures.time(execution.startedAt))" }

  /// As `served_from` in the schema `plumb.why/1`.
  var json: JSON {
    [
      "execution": .string(execution.id.text), "run": .string(execution.run.text),
      "stage": .string(execution.stage), "kind": .string(execution.kind),
      "pipeline": .string(circumstances.pipeline), "manifest": .string(circumstances.manifestPath),
      "manifest_digest": .string(manifestDigest.text),
      "started_at": .string(Figures.timestamp(execution.startedAt)), "seconds": JSON(execution.seconds),
      "key": JSON(execution.key?.text), "inputs": .array(execution.inputs.map(\.json)),
      "outputs": .array(execution.outputs.map(\.json)),
    ]
  }

  func text(stage: String, _ style: Style) -> String {
    var facts = FactList()
    facts.add("stage", style.bold(stage) + (stage == execution.stage ? "" : "  made as \(execution.stage)"))
    facts.add("execution", execution.id.text)
    facts.add("run", execution.run.text)
    facts.add("pipeline", "\(circumstances.pipeline)  \(style.dim(circumstances.manifestPath))")
    facts.add("manifest", manifestDigest.text)
    facts.add("started", Figures.time(execution.startedAt))
    facts.add("time", execution.seconds.map(Figures.duration))
    facts.add("key", execution.key?.text)
    facts.add("resumed from", execution.resumedFrom?.text)
    var table = TextTable([("", .left), ("PORT", .left), ("FROM", .left), ("DIGEST", .left)])
    for input in execution.inputs {
      table.add([
        "in", input.name.map { "\(input.port).\($0)" } ?? input.port, input.label, input.artifact.digest.text,
      ])
    }
    for output in execution.outputs { table.add(["out", output.port, "", output.artifact.digest.text]) }
    return facts.render(style) + "\n" + table.render(style)
  }
}
