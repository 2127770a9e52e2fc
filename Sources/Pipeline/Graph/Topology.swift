/// The order of stages and the circles among them.
struct Topology {
  /// Stages in an order in which each comes after those it needs; as close to the manifest's order as that allows.
  private(set) var sorted: [String] = []
  /// Each circle once, from the stage that comes first in the manifest, each stage needing the next.
  private(set) var cycles: [[String]] = []
  private let upstream: [String: [String]]

  init(order: [String], nodes: [String: StageNode]) {
    upstream = nodes.mapValues(\.upstream)
    var state: [String: Mark] = [:]
    for name in order where nodes[name] != nil { visit(name, &state) }
    cycles = cycles.map { Self.rotated($0, order) }
  }

  private enum Mark { case open, done }

  /// Depth-first without recursion, so that a chain of any length is no danger to the stack.
  private mutating func visit(_ root: String, _ state: inout [String: Mark]) {
    guard state[root] == nil else { return }
    var path: [(name: String, next: Int)] = [(root, 0)]
    state[root] = .open
    while let top = path.last {
      let needed = upstream[top.name] ?? []
      guard top.next < needed.count else {
        state[top.name] = .done
        sorted.append(top.name)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let name = needed[top.next]
      switch state[name] {
      case .done: break
      case .open:
        if let start = path.firstIndex(where: { $0.name == name }) {
          cycles.append(path[start...].map(\.name))
        }
      case nil:
        guard upstream[name] != nil else { break }
        state[name] = .open
        path.append((name, 0))
      }
    }
  }

  /// The given stages and everything they need.
  func closure(of names: [String]) -> Set<String> {
    var reached: Set<String> = []
    var open = names
    while let name = open.popLast() {
      if reached.insert(name).inserted { open += upstream[name] ?? [] }
    }
    return reached
  }

  private static func rotated(_ cycle: [String], _ order: [String]) -> [String] {
    let first = cycle.indices.min {
      order.firstIndex(of: cycle[$0]) ?? 0 < order.firstIndex(of: cycle[$1]) ?? 0
    }
    guard let first else { return cycle }
    return Array(cycle[first...] + cycle[..<first])
  }
}
