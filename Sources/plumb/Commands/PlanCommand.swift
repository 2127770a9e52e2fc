import ArgumentParser
import Diagnostics
import Execution
import Pipeline

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Say what a run would do and why, without touching anything.",
    discussion: "Exit code 0: nothing to do; 2: a run would execute stages; 3: the manifest is wrong.")

  @OptionGroup var pipeline: PipelineOptions

  @Argument(help: "Stages that are wanted; all by default.")
  var targets: [String] = []

  @Option(name: .long, help: ArgumentHelp("Plan to execute a stage in any case.", valueName: "stage"))
  var force: [String] = []

  @OptionGroup var output: OutputOptions

  func run() throws {
    let graph = try pipeline.graph(targets: targets)
    let forced = try graph.stageNames(force, option: "--force")
    let plan = try StorePlan.make(graph, layout: pipeline.layout, forced: forced).plan
    if !output.json { graph.warnings.writeWarnings() }
    output.write(json: plan.json, text: { PlanTable(plan).render($0) })
    if plan.stages.contains(where: { $0.decision == .blocked }) { throw ExitStatus.invalidInput.code }
    if !plan.isUpToDate { throw ExitStatus.pending.code }
  }
}
