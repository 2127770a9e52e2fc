import JSONText
import Lineage
import Pipeline

/// Everything known of an execution of a stage.
struct ExecutionView: DetailView {
  var execution: ExecutionDetail
  /// Executions that made other bytes for the same key.
  var differing: [ExecutionID]

  /// Schema `plumb.show/1`, type `execution`.
  var json: JSON {
    [
      "schema": "plumb.show/1", "type": "execution", "id": .string(execution.id.text),
      "run": .string(execution.run.text), "stage": .string(execution.stage), "kind": .string(execution.kind),
      "state": .string(execution.state.rawValue), "reason": .string(execution.reason),
      "key": JSON(execution.key?.text), "attempt": .integer(execution.attempt),
      "cached_from": JSON(execution.cachedFrom?.text), "resumed_from": JSON(execution.resumedFrom?.text),
      "resumed_step": JSON(execution.resumedStep),
      "started_at": .string(Figures.timestamp(execution.startedAt)), "seconds": JSON(execution.seconds),
      "threads": JSON(execution.usage.threads), "estimated_memory": JSON(execution.usage.estimatedMemory),
      "peak_memory": JSON(execution.usage.peakMemory),
      "processor_seconds": JSON(execution.usage.processorSeconds),
      "configuration": execution.configuration, "inputs": .array(execution.inputs.map(\.json)),
      "outputs": .array(execution.outputs.map(\.json)), "metrics": execution.metricsJSON,
      "progress": execution.progress.map(\.json) ?? .null, "error": execution.failure.map(\.json) ?? .null,
      "differing_results": .array(differing.map { .string($0.text) }),
    ]
  }

  func text(_ style: Style) -> String {
    var facts = FactList()
    facts.add("stage", "\(style.bold(execution.stage))  \(style.dim(execution.kind))")
    facts.add("state", style.state(execution.state.rawValue))
    facts.add("reason", execution.reason)
    facts.add("execution", execution.id.text)
    facts.add("run", execution.run.text)
    facts.add("key", execution.key?.text)
    facts.add("cached from", execution.cachedFrom?.text)
    facts.add(
      "resumed from",
      execution.resumedFrom.map { id in
        execution.resumedStep.map { "step \($0) of \(id.text)" } ?? id.text
      })
    facts.add("attempt", execution.attempt > 1 ? String(execution.attempt) : nil)
    facts.add("started", Figures.time(execution.startedAt))
    facts.add("time", execution.state == .cached ? nil : execution.seconds.map(Figures.duration))
    facts.add("memory", memory)
    facts.add("progress", execution.progress?.text)
    var text = facts.render(style)
    if let failure = execution.failure { text += "\n" + failure.text(style) }
    if !differing.isEmpty {
      let ids = differing.map(\.text).joined(separator: ", ")
      text += "\n\(style.warning("warning")): other executions of the same key made other bytes: \(ids)\n"
    }
    return text + edges(style) + configuration(style) + metrics(style)
  }

  /// The peak, beside what was expected.
  private var memory: String? {
    let size = { (bytes: Int) in "\(ByteCount(bytes: Int64(bytes)))" }
    let expected = execution.usage.estimatedMemory.map { "\(size($0)) expected" }
    let peak = execution.usage.peakMemory.map { "\(size($0)) at its peak" }
    let known = [peak, expected].compactMap { $0 }
    return known.isEmpty ? nil : known.joined(separator: ", ")
  }

  private func edges(_ style: Style) -> String {
    var table = TextTable([
      ("", .left), ("PORT", .left), ("TYPE", .left), ("DIGEST", .left), ("SIZE", .right), ("FROM", .left),
    ])
    for input in execution.inputs {
      table.add([
        "in", input.name.map { "\(input.port).\($0)" } ?? input.port, input.artifact.type,
        input.artifact.digest.short, Figures.bytes(input.artifact.object.size), input.label,
      ])
    }
    for output in execution.outputs {
      table.add([
        "out", output.port, output.artifact.type, output.artifact.digest.short,
        Figures.bytes(output.artifact.object.size), "",
      ])
    }
    return table.isEmpty ? "" : "\n" + table.render(style)
  }

  private func configuration(_ style: Style) -> String {
    guard let members = execution.configuration.members, !members.isEmpty else { return "" }
    var table = TextTable([("CONFIGURATION", .left), ("", .left)])
    for leaf in execution.configuration.leaves { table.add([leaf.path, leaf.value.scalarText]) }
    return "\n" + table.render(style)
  }

  private func metrics(_ style: Style) -> String {
    guard !execution.metrics.isEmpty else { return "" }
    var table = TextTable([("METRIC", .left), ("LAST", .right), ("STEP", .right)])
    for metric in execution.metrics {
      table.add([metric.name, Figures.metric(metric.value), String(metric.step)])
    }
    return "\n" + table.render(style)
  }
}

extension InputRecord {
  var json: JSON {
    [
      "port": .string(port), "name": JSON(name), "label": .string(label), "type": .string(artifact.type),
      "digest": .string(artifact.digest.text), "bytes": .integer(Int(artifact.object.size)),
      "producer": JSON(producer?.text),
    ]
  }
}

extension OutputRecord {
  var json: JSON {
    [
      "port": .string(port), "type": .string(artifact.type), "digest": .string(artifact.digest.text),
      "bytes": .integer(Int(artifact.object.size)), "facts": facts,
    ]
  }
}
