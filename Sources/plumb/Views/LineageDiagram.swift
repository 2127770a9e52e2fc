import Lineage

/// A graph in the languages of tools that draw.
struct LineageDiagram {
  private let graph: LineageGraph
  private let numbers: [String: Int]

  init(_ graph: LineageGraph) {
    self.graph = graph
    numbers = Dictionary(graph.nodes.enumerated().map { ($1.id, $0) }) { first, _ in first }
  }

  /// For Graphviz: sources as folders, artifacts as boxes, executions as ellipses.
  var dot: String {
    var text = "digraph lineage {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n"
    for node in graph.nodes {
      let shape =
        switch node {
        case .source: "folder"
        case .artifact: "box"
        case .execution: "ellipse"
        }
      let label = quoted("\(node.name)\n\(node.description)", newline: "\\n")
      text += "  \(name(node.id)) [shape=\(shape), label=\"\(label)\"];\n"
    }
    for edge in graph.edges {
      text += "  \(name(edge.from)) -> \(name(edge.to)) [label=\"\(quoted(edge.port, newline: " "))\"];\n"
    }
    return text + "}\n"
  }

  /// For Mermaid.
  var mermaid: String {
    var text = "flowchart LR\n"
    for node in graph.nodes {
      let label = "\"\(escaped("\(node.name)\n\(node.description)"))\""
      let shape =
        switch node {
        case .source: "[(\(label))]"
        case .artifact: "[\(label)]"
        case .execution: "([\(label)])"
        }
      text += "  \(name(node.id))\(shape)\n"
    }
    for edge in graph.edges {
      text += "  \(name(edge.from)) -->|\"\(escaped(edge.port))\"| \(name(edge.to))\n"
    }
    return text
  }

  private func name(_ id: String) -> String { "n\(numbers[id] ?? 0)" }

  private func quoted(_ text: String, newline: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\n": result += newline
      case "\"", "\\": result += "\\\(character)"
      default: result.append(character)
      }
    }
  }

  /// Mermaid takes entities for the characters that end a label.
  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\n": result += "<br/>"
      case "\"": result += "#quot;"
      case "#": result += "#35;"
      case "<": result += "#lt;"
      case ">": result += "#gt;"
      default: result.append(character)
      }
    }
  }
}
