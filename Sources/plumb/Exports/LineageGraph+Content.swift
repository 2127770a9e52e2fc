import Artifacts
import Lineage

extension LineageGraph {
  /// Digests of sources and artifacts.
  var content: Set<Digest> {
    nodes.reduce(into: []) { found, node in
      switch node {
      case .source(let artifact, _, _), .artifact(let artifact, _): found.insert(artifact.digest)
      case .execution: break
      }
    }
  }
}
