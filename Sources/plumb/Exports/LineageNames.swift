import Artifacts
import Foundation
import Lineage

/// What a record's content is called outside the store: by the pipeline and stage that made it, or the source it came
/// in as, so that the same name stands at both ends of an edge.
struct LineageNames {
  private let executions: [ExecutionID: ExecutionDetail]
  private let runs: [RunID: RunDetail]

  init(_ record: LineageRecord) {
    executions = Dictionary(record.executions.map { ($0.id, $0) }) { first, _ in first }
    runs = Dictionary(record.runs.map { ($0.summary.id, $0) }) { first, _ in first }
  }

  func run(of execution: ExecutionDetail) -> RunDetail? { runs[execution.run] }

  /// The name of a pipeline.
  func pipeline(of execution: ExecutionDetail) -> String { run(of: execution)?.summary.pipeline ?? "unknown" }

  /// A stage with its pipeline, such as `support-assistant.sft`.
  func stage(_ execution: ExecutionDetail) -> String { "\(pipeline(of: execution)).\(execution.stage)" }

  /// An output with its pipeline, such as `support-assistant.sft.model`.
  func output(_ output: OutputRecord, of execution: ExecutionDetail) -> String {
    "\(stage(execution)).\(output.port)"
  }

  /// An input as the output or source that it is.
  func input(_ input: InputRecord, of execution: ExecutionDetail) -> String {
    if let producer = input.producer.flatMap({ executions[$0] }),
      let output = producer.outputs.first(where: { $0.artifact.digest == input.artifact.digest })
    {
      return self.output(output, of: producer)
    }
    return "\(pipeline(of: execution)).\(input.label)"
  }

  /// Where a source was read from, as the manifest says it; nil for outputs of stages.
  func path(of input: InputRecord, in execution: ExecutionDetail) -> String? {
    guard input.producer == nil else { return nil }
    return run(of: execution)?.sources.first { "sources.\($0.name)" == input.label }?.path
  }
}

extension ExecutionDetail {
  /// When it ended; nil while it runs.
  var finishedAt: Date? { state == .running ? nil : startedAt.addingTimeInterval(seconds ?? 0) }

  /// How many rows of an input were read; nil if the stage did not say.
  func rows(of input: InputRecord) -> Int? {
    outputs.lazy.compactMap { $0.facts["data"]?[input.label]?["rows"]?.intValue }.first
  }
}

extension RunRecord {
  /// When it ended; nil while it runs.
  var finishedAt: Date? { state == .running ? nil : startedAt.addingTimeInterval(seconds ?? 0) }
}
