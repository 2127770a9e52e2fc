import Artifacts
import Diagnostics
import Lineage
import Pipeline

/// A model that is compared: the execution that made it, and the evaluation that measured it.
struct ComparedModel: Sendable {
  /// As the user named it.
  var label: String
  /// The run it was named in, or whose execution made it.
  var run: RunDetail
  /// What made the model, as its origin where it was cached; nil for a model that entered from outside.
  var training: ExecutionDetail?
  var artifact: Artifact?
  /// The evaluation that measured it; nil if there is none.
  var evaluation: ExecutionDetail?
  /// Its name in the evaluation.
  var name: String?
  var figures: [MeasuredFigure] = []
  /// Series that its training recorded.
  var series: [MetricSeries] = []
  /// What it answered in the evaluation; nil without one, or if the report is not in the store.
  var answers: ReportAnswers?

  /// Such as `ppo`: the kind of the stage that made it.
  var kind: String { training?.kind ?? "source" }

  /// Finds what a user means by a run, a stage, or an output: of a run, the model that its evaluation is about.
  ///
  /// - Throws: `Diagnostic` if there is no such thing, or it has no model.
  init(_ reference: String, _ queries: LineageQueries, _ objects: ObjectStore) throws {
    label = reference
    switch try queries.resolve(reference) {
    case .run(let id):
      run = try queries.run(id)
      label = reference == id.text ? id.short : reference
      try findModel(queries)
    case .execution(let id):
      let execution = try queries.execution(id)
      run = try queries.run(execution.run)
      if execution.inputs.contains(where: { $0.port == "models" }) {
        evaluation = execution
        try findModel(queries)
      } else {
        artifact =
          execution.outputs.first { $0.port == "model" }?.artifact ?? execution.outputs.first?.artifact
        training = try queries.origin(of: execution)
      }
    case .artifact(let found, _):
      artifact = found
      guard let producer = try queries.producers(of: found.digest).last else {
        throw Diagnostic(
          .unknownReference, "no stage made '\(reference)', so there is nothing to compare",
          hint: "name runs, stages, or outputs of stages such as sft.model")
      }
      let execution = try queries.execution(producer.execution)
      run = try queries.run(execution.run)
      training = execution
    }
    if let artifact, PortType(rawValue: artifact.type)?.isModel != true {
      throw Diagnostic(
        .unknownReference, "'\(reference)' is a \(artifact.type), which is no model",
        hint: "name runs, stages that train, or models such as sft.model")
    }
    if evaluation == nil, let artifact { try findEvaluation(of: artifact, queries) }
    try measure(queries, objects)
  }

  /// The last model of the run's evaluation in the order of the pipeline, or else of the run.
  private mutating func findModel(_ queries: LineageQueries) throws {
    let executions = run.stages.compactMap(\.execution)
    if evaluation == nil {
      evaluation = executions.last { execution in execution.inputs.contains { $0.port == "models" } }
    }
    if let evaluation {
      let input = evaluation.evaluatedModel(in: run)
      name = input.map { $0.name ?? $0.label }
      artifact = input?.artifact
      training = try input?.producer.map { try queries.execution($0) }
    } else {
      let made = executions.last { execution in
        execution.outputs.contains { $0.artifact.type == "model" } && execution.state != .failed
      }
      guard let made else {
        throw Diagnostic(
          .unknownReference, "the run \(run.summary.id.short) has no model to compare",
          hint: "plumb show \(run.summary.id.short)")
      }
      training = try queries.origin(of: made)
      artifact = made.outputs.first { $0.artifact.type == "model" }?.artifact
    }
  }

  /// The newest evaluation that was given the model, in this run if there is one.
  private mutating func findEvaluation(of model: Artifact, _ queries: LineageQueries) throws {
    let uses = try queries.consumers(of: model.digest).filter { $0.port == "models" }
    let inRun = Set(run.stages.compactMap { $0.execution?.origin })
    guard let use = uses.first(where: { inRun.contains($0.execution) }) ?? uses.first else { return }
    evaluation = try queries.execution(use.execution)
    name = use.name ?? use.label
  }

  private mutating func measure(_ queries: LineageQueries, _ objects: ObjectStore) throws {
    series = try training.map { try queries.series(of: $0.id) } ?? []
    guard let evaluation, let name else {
      // What the training measured on its validation rows is better than nothing.
      figures = training.map { MeasuredFigure.validation(in: $0.metrics) } ?? []
      return
    }
    answers = try evaluation.outputs.first { $0.artifact.type == "report" }.flatMap { report in
      objects.isComplete(report.artifact.object)
        ? try ReportAnswers(report: report.artifact.digest, objects) : nil
    }
    figures = MeasuredFigure.figures(of: name, in: evaluation.metrics, prompts: answers?.prompts.count)
  }

  /// Its rewards on the prompts of its evaluation; nil if it was not given any.
  var rewards: [Double]? {
    guard let list = name.flatMap({ answers?.answers[$0] }) else { return nil }
    let rewards = list.compactMap(\.reward)
    return rewards.count == list.count && !rewards.isEmpty ? rewards : nil
  }

  /// What a figure depends on besides the model: digests of the evaluation's other inputs by port.
  func conditions(_ port: String) -> [Digest] {
    (evaluation?.inputs ?? []).filter { $0.port == port }.map(\.artifact.digest)
  }
}

extension LineageQueries {
  /// The execution that did the work for a cached one.
  fileprivate func origin(of execution: ExecutionDetail) throws -> ExecutionDetail {
    execution.origin == execution.id ? execution : try self.execution(execution.origin)
  }
}
