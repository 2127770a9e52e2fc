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

  @OptionGroup var resources: ResourceOptions

  @Flag(name: .long, help: "Show every instance of a matrix on a line of its own.")
  var instances = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let plan = try selection.plan(pipeline).plan.plan
    let problems = ResourceReview.problems(of: plan, budget: resources.budget)
    let forecast = RunForecast(plan, jobs: resources.jobs, budget: resources.budget)
    if !output.json { (plan.graph.warnings + problems).writeWarnings() }
    output.write(
      json: plan.json(forecast), text: { PlanTable(plan, forecast, showsInstances: instances).render($0) })
    let refusals = problems.filter { $0.severity == .error }
    if !refusals.isEmpty { throw DiagnosticList(refusals) }
    if plan.stages.contains(where: { $0.decision == .blocked }) { throw ExitStatus.invalidInput.code }
    if !plan.isUpToDate { throw ExitStatus.pending.code }
  }
}
