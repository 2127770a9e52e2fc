import ArgumentParser
import Diagnostics
import Execution
import Pipeline

/// Which stages of a pipeline a command is for, and which it executes in any case; the same for plan and run.
struct SelectionOptions: ParsableArguments {
  @Argument(help: "Stages that are wanted, by name, instance or pattern; all by default.")
  var targets: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Want this stage and all that depend on it.", valueName: "stage"))
  var from: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Want this stage alone; what it needs must be stored.", valueName: "stage"))
  var only: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Execute a stage even if its outputs are stored.", valueName: "stage"))
  var force: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("The same for a stage and all that depend on it.", valueName: "stage"))
  var forceDownstream: [String] = []

  func validate() throws {
    if [targets, from, only].count(where: { !$0.isEmpty }) > 1 {
      throw ValidationError("stages are named as arguments, with --from or with --only: one of the three")
    }
  }

  /// What the pipeline would do with the chosen stages.
  ///
  /// - Throws: everything that is wrong with the manifest or the choice of stages.
  func plan(_ pipeline: PipelineOptions) throws -> (plan: StorePlan, forced: Set<String>) {
    let graph = try graph(pipeline)
    let forced = try forced(in: graph)
    let layout = try pipeline.layout
    var plan = try StorePlan.make(graph, layout: layout, forced: forced)
    plan.estimateResources(layout: layout)
    if !only.isEmpty { try checkUpstream(of: try graph.selection.names(matching: only), plan.plan) }
    return (plan, forced)
  }

  private func graph(_ pipeline: PipelineOptions) throws -> StageGraph {
    guard !from.isEmpty else { return try pipeline.graph(targets: targets + only) }
    let whole = try pipeline.graph()
    return try pipeline.graph(targets: whole.downstream(of: try whole.selection.names(matching: from)))
  }

  private func forced(in graph: StageGraph) throws -> Set<String> {
    let names = try graph.selection.names(matching: force)
    let heads = try graph.selection.names(matching: forceDownstream)
    return Set(names + graph.downstream(of: heads))
  }

  private func checkUpstream(of names: [String], _ plan: Plan) throws {
    let missing = plan.stages.filter { !names.contains($0.node.name) && $0.decision != .cached }
    guard !missing.isEmpty else { return }
    throw DiagnosticList(
      missing.map { stage in
        Diagnostic(
          .upstreamNotStored, "'\(stage.node.name)' is needed and not stored: \(stage.reason)",
          at: stage.node.location, hint: "leave out --only, and what is needed is run first")
      })
  }
}

extension StageSelection {
  /// The stages that any of the words means, each once, in their order.
  fileprivate func names(matching words: [String]) throws(Diagnostic) -> [String] {
    var found: [String] = []
    for word in words {
      for name in try names(matching: word) where !found.contains(name) { found.append(name) }
    }
    return found
  }
}

extension StageGraph {
  /// The given stages and all that depend on them, in the order of the graph.
  fileprivate func downstream(of names: [String]) -> [String] {
    var found = Set(names)
    for stage in stages where !found.isDisjoint(with: stage.upstream) { found.insert(stage.name) }
    return stages.map(\.name).filter(found.contains)
  }
}

extension DiagnosticCode {
  static let upstreamNotStored = DiagnosticCode("E032", "what a stage needs is not stored")
}
