import JSONText
import Lineage

extension LineageGraph {
  /// Schema `plumb.lineage/1`.
  var json: JSON {
    [
      "schema": "plumb.lineage/1", "nodes": .array(nodes.map(\.json)),
      "edges": .array(
        edges.map { ["from": .string($0.from), "to": .string($0.to), "port": .string($0.port)] }),
    ]
  }
}

extension LineageGraph.Node {
  var json: JSON {
    switch self {
    case .source(let artifact, let names, let paths):
      [
        "id": .string(id), "type": "source", "artifact_type": .string(artifact.type),
        "names": .array(names.map(JSON.string)), "paths": .array(paths.map(JSON.string)),
        "bytes": .integer(Int(artifact.object.size)),
      ]
    case .artifact(let artifact, let names):
      [
        "id": .string(id), "type": "artifact", "artifact_type": .string(artifact.type),
        "names": .array(names.map(JSON.string)), "bytes": .integer(Int(artifact.object.size)),
      ]
    case .execution(_, let stage, let kind, let run, let key, let resumedFrom):
      [
        "id": .string(id), "type": "execution", "stage": .string(stage), "kind": .string(kind),
        "run": .string(run.text), "key": JSON(key?.text), "resumed_from": JSON(resumedFrom?.text),
      ]
    }
  }

  /// What a person calls it.
  var name: String {
    switch self {
    case .source(_, let names, _), .artifact(_, let names): names.joined(separator: ", ")
    case .execution(_, let stage, _, _, _, _): stage
    }
  }

  /// What kind of thing it is, and where to find it.
  var description: String {
    switch self {
    case .source(let artifact, _, let paths):
      "\(artifact.type) \(artifact.digest.short)  \(paths.joined(separator: ", "))"
    case .artifact(let artifact, _):
      "\(artifact.type) \(artifact.digest.short)  \(Figures.bytes(artifact.object.size))"
    case .execution(_, _, let kind, let run, _, let resumedFrom):
      "\(kind), run \(run.short)" + (resumedFrom == nil ? "" : ", resumed")
    }
  }
}
