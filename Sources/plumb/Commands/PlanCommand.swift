import ArgumentParser
import Diagnostics
import Execution
import Pipeline

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Say what a run would do and why, without touching anything.",
    discussion: "Exit code 0: nothing to do; 2: a run would execute stages; 3: the manifest is wrong.")

  @OptionGroup var pipeline: PipelineOptions

  @OptionGroup var selection: SelectionOptions

  @Flag(name: .long, help: "Show every instance of a matrix on a line of its own.")
  var instances = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let plan = try selection.plan(pipeline).plan.plan
    if !output.json { plan.graph.warnings.writeWarnings() }
    output.write(json: plan.json, text: { PlanTable(plan, showsInstances: instances).render($0) })
    if plan.stages.contains(where: { $0.decision == .blocked }) { throw ExitStatus.invalidInput.code }
    if !plan.isUpToDate { throw ExitStatus.pending.code }
  }
}
