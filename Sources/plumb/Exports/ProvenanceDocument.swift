import Artifacts
import Foundation
import JSONText
import Lineage

/// A record as W3C PROV, in the form of PROV-JSON: https://www.w3.org/submissions/prov-json.
///
/// Content and manifests are entities, executions and runs are activities, and this program is the agent. An execution
/// that made the same bytes again generated the same entity; a cached one was informed by its origin.
struct ProvenanceDocument {
  private let record: LineageRecord
  /// Digests of the content in the graph; what an execution touched besides is not part of the document.
  private let content: Set<Digest>

  init(_ record: LineageRecord) {
    self.record = record
    content = record.graph.content
  }

  var json: JSON {
    var relations = ProvenanceRelations()
    for run in record.runs { relate(run, in: &relations) }
    for execution in record.executions { relate(execution, in: &relations) }
    return .object(
      [
        .init(
          "prefix",
          ["plumb": "urn:plumbline:prov:", "content": "urn:sha256:", "id": "urn:uuid:"]),
        .init("entity", .object(contentEntities + manifestEntities)),
        .init("activity", .object(record.runs.map(activity) + record.executions.map(activity))),
        .init(
          "agent",
          .object([.init(Self.agent, ["prov:type": .name("prov:SoftwareAgent"), "prov:label": "plumb"])])),
      ] + relations.members)
  }

  private static let agent = "plumb:plumb"

  // MARK: Entities

  private var contentEntities: [JSON.Member] {
    record.graph.nodes.compactMap { node in
      switch node {
      case .source(let artifact, let names, let paths): entity(artifact, names, paths: paths)
      case .artifact(let artifact, let names): entity(artifact, names, paths: [])
      case .execution: nil
      }
    }
  }

  private func entity(_ artifact: Artifact, _ names: [String], paths: [String]) -> JSON.Member {
    var members: [JSON.Member] = [
      .init("prov:type", .name("plumb:\(artifact.type)")),
      .init("plumb:sha256", .string(artifact.digest.text)), .init("plumb:bytes", .long(artifact.object.size)),
    ]
    if !names.isEmpty { members.append(.init("prov:label", .labels(names))) }
    if !paths.isEmpty { members.append(.init("prov:location", .labels(paths))) }
    return .init(Self.name(artifact.digest), .object(members))
  }

  /// A manifest is what its runs were to do: a plan.
  private var manifestEntities: [JSON.Member] {
    var seen = content
    return record.runs.filter { seen.insert($0.manifestDigest).inserted }.map { run in
      .init(
        Self.name(run.manifestDigest),
        [
          "prov:type": .name("prov:Plan"), "prov:label": .string(run.summary.manifestPath),
          "prov:value": .string(run.manifestText), "plumb:sha256": .string(run.manifestDigest.text),
        ])
    }
  }

  // MARK: Activities

  private func activity(_ run: RunDetail) -> JSON.Member {
    let summary = run.summary
    return .init(
      Self.name(summary.id.text),
      .object(
        times(summary.startedAt, summary.finishedAt) + [
          .init("prov:type", .name("plumb:run")), .init("prov:label", .string(summary.pipeline)),
          .init("plumb:state", .string(summary.state.rawValue)),
          .init("plumb:parameters", .string(run.parameters.compact)),
          .init("plumb:choices", .string(run.choices.compact)),
          .init("plumb:environment", .string(run.environment.compact)),
        ]))
  }

  private func activity(_ execution: ExecutionDetail) -> JSON.Member {
    var members =
      times(execution.startedAt, execution.finishedAt) + [
        .init("prov:type", .name("plumb:execution")), .init("prov:label", .string(execution.stage)),
        .init("plumb:kind", .string(execution.kind)), .init("plumb:state", .string(execution.state.rawValue)),
        .init("plumb:configuration", .string(execution.configuration.compact)),
        .init("plumb:metrics", .string(execution.metricsJSON.compact)),
      ]
    if let key = execution.key { members.append(.init("plumb:key", .string(key.text))) }
    if let failure = execution.failure { members.append(.init("plumb:error", .string(failure.message))) }
    return .init(Self.name(execution.id.text), .object(members))
  }

  private func times(_ start: Date, _ end: Date?) -> [JSON.Member] {
    [.init("prov:startTime", .string(Figures.timestamp(start)))]
      + (end.map { [.init("prov:endTime", .string(Figures.timestamp($0)))] } ?? [])
  }

  // MARK: Relations

  private func relate(_ run: RunDetail, in relations: inout ProvenanceRelations) {
    relations.add(
      "wasAssociatedWith",
      [
        "prov:activity": .string(Self.name(run.summary.id.text)), "prov:agent": .string(Self.agent),
        "prov:plan": .string(Self.name(run.manifestDigest)),
      ])
  }

  private func relate(_ execution: ExecutionDetail, in relations: inout ProvenanceRelations) {
    let activity = JSON.string(Self.name(execution.id.text))
    relations.add("wasAssociatedWith", ["prov:activity": activity, "prov:agent": .string(Self.agent)])
    relations.add(
      "wasStartedBy",
      ["prov:activity": activity, "prov:starter": .string(Self.name(execution.run.text))])
    for earlier in [execution.cachedFrom, execution.resumedFrom].compactMap(\.self) + producers(of: execution)
    {
      relations.add(
        "wasInformedBy", ["prov:informed": activity, "prov:informant": .string(Self.name(earlier.text))])
    }
    // What a cached execution shows is its origin's, and what a failed one has made is no content.
    guard execution.state == .succeeded else { return }
    let inputs = execution.inputs.filter { content.contains($0.artifact.digest) }
    let outputs = execution.outputs.filter { content.contains($0.artifact.digest) }
    for input in inputs {
      relations.add(
        "used",
        [
          "prov:activity": activity, "prov:entity": .string(Self.name(input.artifact.digest)),
          "prov:role": .string(input.name.map { "\(input.port).\($0)" } ?? input.port),
        ])
    }
    for output in outputs {
      let entity = JSON.string(Self.name(output.artifact.digest))
      relations.add(
        "wasGeneratedBy",
        ["prov:entity": entity, "prov:activity": activity, "prov:role": .string(output.port)])
      for digest in inputs.map(\.artifact.digest).uniqued() {
        relations.add(
          "wasDerivedFrom",
          [
            "prov:generatedEntity": entity, "prov:usedEntity": .string(Self.name(digest)),
            "prov:activity": activity,
          ])
      }
    }
  }

  /// The executions in the record whose outputs this one read.
  private func producers(of execution: ExecutionDetail) -> [ExecutionID] {
    guard execution.state != .cached else { return [] }
    let known = Set(record.executions.map(\.id))
    return execution.inputs.compactMap(\.producer).filter(known.contains).uniqued()
  }

  private static func name(_ digest: Digest) -> String { "content:\(digest.text)" }
  private static func name(_ identifier: String) -> String { "id:\(identifier)" }
}

extension JSON {
  /// A qualified name as a value.
  fileprivate static func name(_ text: String) -> JSON {
    ["$": .string(text), "type": "prov:QUALIFIED_NAME"]
  }

  fileprivate static func long(_ value: Int64) -> JSON { ["$": .string(String(value)), "type": "xsd:long"] }

  /// One text, or several values of the same attribute.
  fileprivate static func labels(_ texts: [String]) -> JSON {
    texts.count == 1 ? .string(texts[0]) : .array(texts.map(JSON.string))
  }
}
