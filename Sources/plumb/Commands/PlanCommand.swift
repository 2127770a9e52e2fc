import ArgumentParser
import Diagnostics
import Execution
import Pipeline

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Say what a run would do and why, without touching anything.",
    discussion: """
      Exit code 0: nothing to do; 2: a run would execute stages; 3: the manifest is wrong; 4: a stored result does not \
      meet a requirement, at which a run would stop.
      """)

  @OptionGroup var pipeline: PipelineOptions

  @OptionGroup var selection: SelectionOptions

  @OptionGroup var resources: ResourceOptions

  @Flag(name: .long, help: "Show every instance of a matrix on a line of its own.")
  var instances = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let stored = try selection.plan(pipeline).plan
    let plan = stored.plan
    let problems = ResourceReview.problems(of: plan, budget: resources.budget)
    let forecast = RunForecast(plan, jobs: resources.jobs, budget: resources.budget)
    if !output.json { (plan.graph.warnings + problems).writeWarnings() }
    let errors = problems.filter { $0.severity == .error } + stored.unmet.flatMap(\.unmetRequirements)
    output.write(
      json: plan.json(forecast, errors: errors.map(\.json)),
      text: { PlanTable(plan, forecast, showsInstances: instances).render($0) })
    if !errors.isEmpty {
      if !output.json { FailureReport(errors).write(asJSON: false) }
      throw ExitStatus(for: errors).code
    }
    if plan.stages.contains(where: { $0.decision == .blocked }) { throw ExitStatus.invalidInput.code }
    if !plan.isUpToDate { throw ExitStatus.pending.code }
  }
}
