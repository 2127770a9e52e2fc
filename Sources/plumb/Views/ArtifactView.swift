import Artifacts
import JSONText
import Lineage

/// Everything known of an artifact.
struct ArtifactView: DetailView {
  private let artifact: Artifact
  private let label: String?
  private let files: [(name: String, object: ObjectReference)]
  private let producers: [(execution: ExecutionDetail, port: String)]
  private let sources: [(run: RunID, name: String, path: String)]

  /// - Throws: `Diagnostic` if the database cannot be read. An artifact whose bytes are gone is still shown.
  init(_ artifact: Artifact, label: String?, _ queries: LineageQueries, _ objects: ObjectStore) throws {
    self.artifact = artifact
    self.label = label
    files = (try? objects.files(of: artifact.object)) ?? []
    producers = try queries.producers(of: artifact.digest).map {
      (try queries.execution($0.execution), $0.port)
    }
    sources = try queries.sources(of: artifact.digest)
  }

  /// Schema `plumb.show/1`, type `artifact`.
  var json: JSON {
    [
      "schema": "plumb.show/1", "type": "artifact", "digest": .string(artifact.digest.text),
      "label": JSON(label), "artifact_type": .string(artifact.type),
      "kind": .string(artifact.object.kind.rawValue), "bytes": .integer(Int(artifact.object.size)),
      "files": .array(
        files.map {
          [
            "name": .string($0.name), "digest": .string($0.object.digest.text),
            "bytes": .integer(Int($0.object.size)),
          ]
        }),
      "producers": .array(
        producers.map { producer in
          [
            "execution": .string(producer.execution.id.text), "run": .string(producer.execution.run.text),
            "stage": .string(producer.execution.stage), "port": .string(producer.port),
            "facts": facts(producer), "metrics": producer.execution.metricsJSON,
          ]
        }),
      "sources": .array(
        sources.map {
          ["run": .string($0.run.text), "name": .string($0.name), "path": .string($0.path)]
        }),
    ]
  }

  func text(_ style: Style) -> String {
    var list = FactList()
    list.add("artifact", label.map(style.bold))
    list.add("type", artifact.type)
    list.add("digest", artifact.digest.text)
    list.add("size", Figures.bytes(artifact.object.size))
    for producer in producers {
      let execution = producer.execution
      list.add(
        "made by",
        "\(execution.stage).\(producer.port)  \(style.dim("\(execution.kind), run \(execution.run.short)"))")
      for leaf in facts(producer).leaves where leaf.value != .object([]) {
        list.add(leaf.path, leaf.value.scalarText)
      }
    }
    for path in Set(sources.map { "sources.\($0.name)  \($0.path)" }).sorted() {
      list.add("entered as", path)
    }
    var text = list.render(style)
    if artifact.object.kind == .tree {
      var table = TextTable([("FILE", .left), ("SIZE", .right), ("DIGEST", .left)])
      for file in files { table.add([file.name, Figures.bytes(file.object.size), file.object.digest.short]) }
      text += files.isEmpty ? "\nits bytes are not in the store\n" : "\n" + table.render(style)
    }
    return text
  }

  private func facts(_ producer: (execution: ExecutionDetail, port: String)) -> JSON {
    producer.execution.outputs.first { $0.port == producer.port }?.facts ?? .object([])
  }
}

extension ObjectStore {
  /// Every file of an artifact with its path inside it; a file has one, named by nothing.
  func files(of reference: ObjectReference) throws -> [(name: String, object: ObjectReference)] {
    guard reference.kind == .tree else { return [("", reference)] }
    return try listing(reference.digest).entries.flatMap { entry in
      try files(of: entry.object).map { file in
        (file.name.isEmpty ? entry.name : "\(entry.name)/\(file.name)", file.object)
      }
    }
  }
}
