import Artifacts
import Foundation
import JSONText
import Lineage

extension ResearchCrate {
  /// Something that was done, with the scalars that went in and came out.
  typealias Action = (action: CrateEntity, values: [CrateEntity])

  /// One action for each run: its manifest, carried out.
  var runActions: [Action] {
    record.runs.compactMap { run in
      guard let workflow = workflows[run] else { return nil }
      let id = "#run/\(run.summary.id.text)"
      let isMain = workflow.id == workflows.main?.id && run.summary.id == workflow.run.summary.id
      let values = (run.parameters.members ?? []).map { member in
        var value = CrateEntity.value("\(id)/\(member.key.percentEncoded)", member.key, member.value.scalar)
        if isMain { value.add("exampleOfWork", to: [CrateWorkflows.parameter("parameter", member.key)]) }
        return value
      }
      let made = run.stages.compactMap(\.execution).flatMap { $0.outputs.map(\.artifact.digest) }
      var action = CrateEntity(id, "CreateAction")
      action.add("name", "Run of \(run.summary.pipeline)")
      action.add("description", "plumb run \(run.summary.manifestPath), on \(run.environment.inlineText)")
      action.add("startTime", Self.time(run.summary.startedAt))
      action.add("endTime", run.summary.finishedAt.map(Self.time))
      action.add("actionStatus", run.summary.state.actionStatus)
      action.add("instrument", to: [workflow.id])
      action.add("object", to: ids(run.sources.map(\.artifact.digest)) + values.map(\.id))
      action.add("result", to: ids(made))
      return (action, values)
    }
  }

  /// One action for each execution that ran; a cached one is its origin's.
  var executionActions: [Action] {
    record.executions.filter { $0.state != .cached && $0.state != .skipped }.map { execution in
      let id = "#execution/\(execution.id.text)"
      let settings = execution.configuration.leaves.map { leaf in
        CrateEntity.value("\(id)/configuration/\(leaf.path.percentEncoded)", leaf.path, leaf.value.scalar)
      }
      let metrics = execution.metrics.map { metric in
        CrateEntity.value(
          "\(id)/metrics/\(metric.name.percentEncoded)", metric.name, JSON(metric.value).scalar)
      }
      var action = CrateEntity(id, "CreateAction")
      action.add("name", "\(execution.stage) (\(execution.kind))")
      action.add("description", description(of: execution))
      action.add("startTime", Self.time(execution.startedAt))
      action.add("endTime", execution.finishedAt.map(Self.time))
      action.add("actionStatus", execution.state.actionStatus)
      action.add("error", execution.failure.map { "\($0.code): \($0.message)" })
      action.add("identifier", execution.key.map { "urn:plumbline:key:\($0.text)" })
      action.add("isPartOf", to: ["#run/\(execution.run.text)"])
      action.add("instrument", to: [execution.instrument])
      action.add("object", to: ids(execution.inputs.map(\.artifact.digest)) + settings.map(\.id))
      action.add("result", to: ids(execution.outputs.map(\.artifact.digest)) + metrics.map(\.id))
      return (action, settings + metrics)
    }
  }

  /// RFC 3339 with the offset in figures, as the profiles' validators want it.
  static func time(_ date: Date) -> String { Figures.timestamp(date).dropLast() + "+00:00" }

  private func description(of execution: ExecutionDetail) -> String {
    let start = "Stage \(execution.stage) of kind \(execution.kind)"
    return execution.resumedFrom.map { "\(start), resumed from execution \($0)" } ?? start
  }

  /// The identifiers of those contents that belong to the crate.
  private func ids(_ digests: [Digest]) -> [String] { digests.compactMap { contents[$0]?.id } }
}

extension JSON {
  /// A value that a PropertyValue can hold: scalars as they are, null and structures as their text.
  fileprivate var scalar: JSON {
    switch self {
    case .bool, .integer, .number, .string: self
    case .null, .array, .object: .string(compact)
    }
  }
}

extension RunState {
  /// nil while it runs.
  fileprivate var actionStatus: String? {
    switch self {
    case .running: nil
    case .succeeded: "http://schema.org/CompletedActionStatus"
    case .failed, .interrupted: "http://schema.org/FailedActionStatus"
    }
  }
}

extension ExecutionState {
  /// nil while it runs.
  fileprivate var actionStatus: String? {
    switch self {
    case .running: nil
    case .succeeded, .cached: "http://schema.org/CompletedActionStatus"
    case .failed, .skipped, .interrupted: "http://schema.org/FailedActionStatus"
    }
  }
}
