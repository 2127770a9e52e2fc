import JSONText
import Lineage

extension ResearchCrate {
  static let language = "#manifest-language"

  /// Manifests with the formal parameters of the main one.
  var workflowEntities: [CrateEntity] {
    workflows.all.map(entity)
      + [
        CrateEntity(
          Self.language, "ComputerLanguage",
          properties: [
            .init("name", "Plumbline manifest"), .init("version", "1"), .init("alternateName", "plumbline"),
          ])
      ] + formalParameters
  }

  private func entity(_ workflow: CrateWorkflow) -> CrateEntity {
    let run = workflow.run
    var entity = CrateEntity(workflow.id, "File", "SoftwareSourceCode", "ComputationalWorkflow")
    entity.add("name", run.summary.pipeline)
    entity.add("description", "The manifest \(run.summary.manifestPath).")
    entity.add("version", run.manifestDigest.short)
    entity.add("sha256", run.manifestDigest.text)
    entity.add("contentSize", String(run.manifestText.utf8.count))
    entity.add("encodingFormat", "application/yaml")
    entity.add("programmingLanguage", to: [Self.language])
    let kinds = record.executions.filter { workflows[$0, in: record.runs]?.id == workflow.id }
    entity.add("hasPart", to: kinds.map(\.instrument))
    if workflow.id == workflows.main?.id {
      entity.add("input", to: formalParameters.filter { !$0.id.hasPrefix("#output/") }.map(\.id))
      entity.add("output", to: formalParameters.filter { $0.id.hasPrefix("#output/") }.map(\.id))
    }
    return entity
  }

  private var formalParameters: [CrateEntity] {
    guard let run = workflows.main?.run else { return [] }
    let parameters = (run.parameters.members ?? []).map { member in
      formal(
        "parameter", member.key, type: member.value.schemaType,
        examples: ["#run/\(run.summary.id.text)/\(member.key.percentEncoded)"])
    }
    var contents: [String: [CrateContent]] = [:]
    for content in self.contents.items {
      for parameter in workflows.parameters(for: content) { contents[parameter, default: []].append(content) }
    }
    let data = contents.keys.sorted().compactMap { id in
      contents[id].map { items in
        var entity = CrateEntity(id, "FormalParameter")
        entity.add("name", id.split(separator: "/").dropFirst().joined(separator: "/"))
        entity.add("additionalType", items[0].artifact.object.kind == .tree ? "Dataset" : "File")
        entity.add("workExample", to: items.map(\.id))
        return entity
      }
    }
    return parameters + data
  }

  private func formal(_ kind: String, _ name: String, type: String, examples: [String]) -> CrateEntity {
    var entity = CrateEntity(CrateWorkflows.parameter(kind, name), "FormalParameter")
    entity.add("name", name)
    entity.add("additionalType", type)
    entity.add("workExample", to: examples)
    return entity
  }

  /// The kinds of the record's executions, each version once.
  var instruments: [CrateEntity] {
    var seen: Set<String> = []
    return record.executions.filter { seen.insert($0.instrument).inserted }.map { execution in
      var entity = CrateEntity(execution.instrument, "SoftwareApplication")
      entity.add("name", "plumb \(execution.kind)")
      entity.add("softwareVersion", execution.kindVersion.map(String.init))
      return entity
    }
  }
}

extension CrateWorkflows {
  subscript(execution: ExecutionDetail, in runs: [RunDetail]) -> CrateWorkflow? {
    runs.first { $0.summary.id == execution.run }.flatMap { self[$0] }
  }
}

extension ExecutionDetail {
  /// The identifier of the kind that ran, in the version that ran.
  var instrument: String { "urn:plumbline:kind:\(kind)" + (kindVersion.map { ":\($0)" } ?? "") }
}

extension JSON {
  /// The data type of schema.org for a parameter's value.
  fileprivate var schemaType: String {
    switch self {
    case .bool: "Boolean"
    case .integer: "Integer"
    case .number: "Float"
    default: "Text"
    }
  }
}
