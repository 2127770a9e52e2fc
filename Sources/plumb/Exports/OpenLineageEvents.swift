import Artifacts
import Foundation
import JSONText
import Lineage
import Pipeline
import Stages

/// A record as a stream of OpenLineage run events: https://openlineage.io, specification 2-0-2.
///
/// A run of a pipeline is the parent of its executions. Each has a START and, once it ended, a COMPLETE, FAIL or ABORT;
/// what was skipped never began and has none. Content is a data set named after the stage and port that made it, whose
/// version is its digest.
struct OpenLineageEvents {
  private let record: LineageRecord
  let names: LineageNames

  init(_ record: LineageRecord) {
    self.record = record
    names = LineageNames(record)
  }

  /// One event a line, in the order of their times.
  var lines: String {
    events.map { $0.json.compact + "\n" }.joined()
  }

  // MARK: Events

  private struct Event {
    var time: Date
    var json: JSON
  }

  private var events: [Event] {
    var events: [Event] = []
    for run in record.runs {
      let (start, end) = pipelineEvents(run)
      events.append(start)
      for execution in record.executions where execution.run == run.summary.id {
        events += stageEvents(execution, of: run)
      }
      events += end.map { [$0] } ?? []
    }
    return events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }

  private func pipelineEvents(_ run: RunDetail) -> (start: Event, end: Event?) {
    let summary = run.summary
    let job = Self.job(
      summary.pipeline, type: "PIPELINE",
      facets: [
        .facet(
          "sourceCode", "SourceCodeJobFacet", "1-0-1",
          ["language": "yaml", "sourceCode": .string(run.manifestText)])
      ])
    let facets: [JSON.Member] = [
      Self.engine,
      .ownFacet(
        "run", "RunFacet",
        [
          "manifest": .string(summary.manifestPath), "manifestDigest": .string(run.manifestDigest.text),
          "parameters": run.parameters, "choices": run.choices,
          "targets": .array(run.targets.map(JSON.string)), "environment": run.environment,
        ]),
    ]
    func event(_ type: String, _ time: Date) -> Event {
      Event(time: time, json: Self.event(type, time, summary.id.text, facets, job))
    }
    return (event("START", summary.startedAt), summary.finishedAt.map { event(summary.state.eventType, $0) })
  }

  private func stageEvents(_ execution: ExecutionDetail, of run: RunDetail) -> [Event] {
    guard execution.state != .skipped else { return [] }
    let job = Self.job(
      names.stage(execution), type: "STAGE",
      facets: StageRegistry.builtIn[execution.kind].map { kind in
        [.facet("documentation", "DocumentationJobFacet", "1-1-0", ["description": .string(kind.summary)])]
      } ?? [])
    let facets = [Self.engine, parent(run), stageFacet(execution)]
    let inputs = JSON.array(execution.inputs.map { input($0, of: execution) })
    let start = Self.event("START", execution.startedAt, execution.id.text, facets, job, inputs: inputs)
    guard let finishedAt = execution.finishedAt else {
      return [Event(time: execution.startedAt, json: start)]
    }
    let end = Self.event(
      execution.state.eventType, finishedAt, execution.id.text,
      facets + (failure(execution).map { [$0] } ?? []),
      job, inputs: inputs, outputs: .array(execution.outputs.map { output($0, of: execution) }))
    return [Event(time: execution.startedAt, json: start), Event(time: finishedAt, json: end)]
  }

  // MARK: Facets of runs

  private func parent(_ run: RunDetail) -> JSON.Member {
    .facet(
      "parent", "ParentRunFacet", "1-2-0",
      [
        "run": ["runId": .string(run.summary.id.text)],
        "job": ["namespace": .string(Self.namespace), "name": .string(run.summary.pipeline)],
      ])
  }

  private func stageFacet(_ execution: ExecutionDetail) -> JSON.Member {
    .ownFacet(
      "execution", "ExecutionRunFacet",
      [
        "stage": .string(execution.stage), "kind": .string(execution.kind),
        "state": .string(execution.state.rawValue), "reason": .string(execution.reason),
        "cacheKey": JSON(execution.key?.text), "attempt": .integer(execution.attempt),
        "cachedFrom": JSON(execution.cachedFrom?.text), "resumedFrom": JSON(execution.resumedFrom?.text),
        "configuration": execution.configuration, "metrics": execution.metricsJSON,
      ])
  }

  private func failure(_ execution: ExecutionDetail) -> JSON.Member? {
    execution.failure.map { failure in
      .facet(
        "errorMessage", "ErrorMessageRunFacet", "1-0-1",
        [
          "message": .string("\(failure.code): \(failure.message)"), "programmingLanguage": "Swift",
          "stackTrace": .string(failure.logTail),
        ])
    }
  }

  // MARK: The envelope

  static let namespace = "plumbline"
  static let producer = JSON.string("urn:plumbline:\(Plumb.version)")

  private static let engine = JSON.Member.facet(
    "processing_engine", "ProcessingEngineRunFacet", "1-1-1",
    ["version": .string(Plumb.version), "name": "plumbline"])

  private static func job(_ name: String, type: String, facets: [JSON.Member]) -> JSON {
    let type = JSON.Member.facet(
      "jobType", "JobTypeJobFacet", "2-0-4",
      ["processingType": "BATCH", "integration": "PLUMBLINE", "jobType": .string(type)])
    return ["namespace": .string(namespace), "name": .string(name), "facets": .object([type] + facets)]
  }

  private static func event(
    _ type: String, _ time: Date, _ run: String, _ facets: [JSON.Member], _ job: JSON, inputs: JSON = [],
    outputs: JSON = []
  ) -> JSON {
    [
      "eventType": .string(type), "eventTime": .string(Figures.timestamp(time)),
      "run": ["runId": .string(run), "facets": .object(facets)], "job": job, "inputs": inputs,
      "outputs": outputs, "producer": producer,
      "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    ]
  }
}

extension RunState {
  fileprivate var eventType: String {
    switch self {
    case .running: "RUNNING"
    case .succeeded: "COMPLETE"
    case .failed: "FAIL"
    case .interrupted: "ABORT"
    }
  }
}

extension ExecutionState {
  fileprivate var eventType: String {
    switch self {
    case .running: "RUNNING"
    case .succeeded, .cached: "COMPLETE"
    case .failed: "FAIL"
    case .skipped, .interrupted: "ABORT"
    }
  }
}
