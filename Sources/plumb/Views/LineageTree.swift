import Lineage

/// A graph as an indented tree; what has been shown once is not unfolded again.
struct LineageTree {
  private let nodes: [String: LineageGraph.Node]
  /// What a node leads to in the direction of the walk, and through which port.
  private let next: [String: [(id: String, port: String)]]

  init(_ graph: LineageGraph, _ direction: LineageGraph.Direction) {
    nodes = Dictionary(graph.nodes.map { ($0.id, $0) }) { first, _ in first }
    var next: [String: [(id: String, port: String)]] = [:]
    for edge in graph.edges {
      let (from, to) = direction == .up ? (edge.to, edge.from) : (edge.from, edge.to)
      next[from, default: []].append((to, edge.port))
    }
    self.next = next
  }

  func render(from roots: [String], _ style: Style) -> String {
    var seen: Set<String> = []
    var text = ""
    for root in roots {
      // A stage of a run that another one led to has been shown below it.
      guard !seen.contains(root), let node = nodes[root] else { continue }
      text += label(node, port: nil, style) + "\n"
      if nodes.count == 1 { text += style.dim("└─ nothing") + "\n" }
      text += children(of: root, prefix: "", &seen, style)
    }
    return text
  }

  private func children(of id: String, prefix: String, _ seen: inout Set<String>, _ style: Style) -> String {
    seen.insert(id)
    let reached = next[id] ?? []
    var text = ""
    for (index, child) in reached.enumerated() {
      guard let node = nodes[child.id] else { continue }
      let isLast = index == reached.count - 1
      let isRepeated = seen.contains(child.id) && !(next[child.id] ?? []).isEmpty
      text += style.dim(prefix + (isLast ? "└─ " : "├─ ")) + label(node, port: child.port, style)
      text += isRepeated ? style.dim(" (above)") + "\n" : "\n"
      if !seen.contains(child.id) {
        text += children(of: child.id, prefix: prefix + (isLast ? "   " : "│  "), &seen, style)
      }
    }
    return text
  }

  private func label(_ node: LineageGraph.Node, port: String?, _ style: Style) -> String {
    switch node {
    case .execution: "\(style.bold(node.name))  \(style.dim(node.description))"
    case .source, .artifact:
      (port.map { "\($0): " } ?? "") + style.cyan(node.name) + "  " + style.dim(node.description)
    }
  }
}
