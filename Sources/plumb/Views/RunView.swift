import JSONText
import Lineage

/// Everything known of a run.
struct RunView: DetailView {
  var run: RunDetail

  /// Schema `plumb.show/1`, type `run`.
  var json: JSON {
    var members: [JSON.Member] = [.init("schema", "plumb.show/1"), .init("type", "run")]
    members += (run.summary.json.members ?? []).filter { $0.key != "stages" }
    members += [
      .init("manifest_digest", .string(run.manifestDigest.text)), .init("parameters", run.parameters),
      .init("choices", run.choices), .init("targets", .array(run.targets.map(JSON.string))),
      .init("environment", run.environment),
      .init("process", .integer(Int(run.owner.processID))),
      .init("sources", .array(run.sources.map(\.json))),
      .init("stages", .array(run.stages.map { $0.json(in: run.summary.state) })),
      .init("requirements", .array(run.requirements.map(\.json))),
      .init("manifest_text", .string(run.manifestText)),
    ]
    return .object(members)
  }

  func text(_ style: Style) -> String {
    let summary = run.summary
    var facts = FactList()
    facts.add("run", summary.id.text)
    facts.add("pipeline", "\(summary.pipeline)  \(style.dim(summary.manifestPath))")
    facts.add("state", style.state(summary.state.rawValue))
    facts.add("started", Figures.time(summary.startedAt))
    facts.add("time", summary.seconds.map(Figures.duration))
    facts.add("targets", run.targets.isEmpty ? nil : run.targets.joined(separator: " "))
    facts.add("parameters", run.parameters.inlineText)
    facts.add("choices", run.choices.inlineText)
    facts.add("environment", run.environment.inlineText)
    var text = facts.render(style)
    if !run.sources.isEmpty {
      var table = TextTable([("SOURCE", .left), ("TYPE", .left), ("DIGEST", .left), ("PATH", .left)])
      for source in run.sources {
        table.add([source.name, source.artifact.type, source.artifact.digest.short, source.path])
      }
      text += "\n" + table.render(style)
    }
    return text + "\n" + RunTable(run).render(style)
  }
}

extension SourceRecord {
  var json: JSON {
    [
      "name": .string(name), "path": .string(path), "type": .string(artifact.type),
      "digest": .string(artifact.digest.text), "bytes": .integer(Int(artifact.object.size)),
    ]
  }
}
