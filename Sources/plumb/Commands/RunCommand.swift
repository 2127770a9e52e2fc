import ArgumentParser
import Artifacts
import Compute
import Diagnostics
import Execution
import Foundation
import Pipeline

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run what changed and keep everything.",
    discussion: """
      Exit code 0: everything is there; 1: a stage failed; 3: the manifest or its data is wrong, and nothing was \
      run; 4: a requirement does not hold; 7: what the store has of an input is damaged, and nothing was run; 130: \
      interrupted.
      """)

  @OptionGroup var pipeline: PipelineOptions

  @OptionGroup var selection: SelectionOptions

  @OptionGroup var resources: ResourceOptions

  @Flag(name: .shortAndLong, help: "After a failure, still run stages that do not need what failed.")
  var keepGoing = false

  @Flag(name: .shortAndLong, help: "Show failures only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Show what stages have to say, too.")
  var verbose = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }

  func run() throws {
    let start = ContinuousClock.now
    try CPULevel.check()
    let interruption = RunInterruption()
    SignalWatch.start { signal in
      // A terminal that closes may send SIGHUP twice, which is no wish to kill.
      if signal == SIGHUP, interruption.isRequested { return }
      if !interruption.request() { _exit(ExitStatus.interrupted.rawValue) }
    }
    let layout = try pipeline.layout
    let (plan, forced) = try selection.plan(pipeline)
    let problems = plan.plan.problems + ResourceReview.problems(of: plan.plan, budget: resources.budget)
    if problems.contains(where: { $0.severity == .error }) { throw DiagnosticList(problems) }
    if !quiet { (plan.plan.graph.warnings + problems).writeWarnings() }

    let report =
      plan.repeated != nil
      ? try RunReport.repeating(plan, layout: layout, seconds: start.duration(to: .now) / .seconds(1))
      : try execute(plan.plan, layout, forced, interruption, since: start)
    show(report, layout)
    if report.state != .succeeded { throw ExitCode(report.state.exitCode) }
  }

  private func execute(
    _ plan: Plan, _ layout: StoreLayout, _ forced: Set<String>, _ interruption: RunInterruption,
    since start: ContinuousClock.Instant
  ) throws -> RunReport {
    let display = ProgressDisplay(
      quiet ? .quiet : verbose ? .verbose : .normal, stages: plan.graph.stages.map(\.name))
    let pending = plan.stages.count { $0.decision != .cached }
    display.phase(
      "Planned", "\(Figures.count(plan.stages.count, "stage")), \(pending) to run",
      seconds: start.duration(to: .now) / .seconds(1))
    let auditStart = ContinuousClock.now
    let audit = try StoreAudit.perform(plan, layout: layout, onlyPending: true)
    if audit.diagnostics.contains(where: { $0.severity == .error }) {
      throw DiagnosticList(audit.diagnostics)
    }
    if pending > 0 {
      display.phase("Checked", "inputs", seconds: auditStart.duration(to: .now) / .seconds(1))
    }
    if !quiet { audit.diagnostics.writeWarnings() }
    let options = RunOptions(
      jobs: resources.jobs, keepsGoing: keepGoing, budget: resources.budget, forced: forced,
      targets: selection.targets + selection.from + selection.only,
      manifestPath: pipeline.manifest, cpuLevel: CPULevel.current.name)
    return try PipelineRunner.run(
      plan, layout: layout, executor: ProcessExecutor(), options: options, interruption: interruption,
      observe: display.show)
  }

  private func show(_ report: RunReport, _ layout: StoreLayout) {
    let finished = FinishedRun(report)
    if output.json {
      StandardStream.output.writeLine(report.json.compact)
    } else if report.isNoOp {
      if !quiet { StandardStream.output.write(finished.upToDate) }
    } else if !quiet {
      let style = Style(.output)
      StandardStream.output.write(
        "\n" + finished.render(style) + finished.reportTexts(ObjectStore(layout), style))
    }
    let failures = RunFailures(report, arguments: Array(CommandLine.arguments.dropFirst()))
    StandardStream.error.write(failures.render(Style(.error)))
  }
}
