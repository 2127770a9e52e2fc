import ArgumentParser
import JSONText
import Lineage

struct LineageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lineage",
    abstract: "Show what made something, and what was made from it.",
    discussion: "ID is what 'plumb show' takes. Without --up or --down, both are shown.")

  @Argument(help: "A run, stage, output, source, or a prefix of an identifier.")
  var id: String

  @Flag(name: .long, help: "Only what it was made from.")
  var up = false

  @Flag(name: .long, help: "Only what was made from it.")
  var down = false

  @Flag(name: .long, help: "Print a graph for Graphviz.")
  var dot = false

  @Flag(name: .long, help: "Print a graph for Mermaid, as Markdown pages show it.")
  var mermaid = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if [dot, mermaid, output.json].count(where: \.self) > 1 {
      throw ValidationError("--dot, --mermaid and --json exclude each other")
    }
  }

  func run() throws {
    let (reader, _) = try store.reader()
    let wanted: [LineageGraph.Direction] = up == down ? [.up, .down] : up ? [.up] : [.down]
    let found: (start: [String], graphs: [(LineageGraph.Direction, LineageGraph)], all: LineageGraph) =
      try reader.read { queries in
        let (start, nodes) = try start(queries)
        return (
          nodes, try wanted.map { ($0, try queries.lineage(of: start, [$0])) },
          try queries.lineage(of: start, Set(wanted))
        )
      }
    if dot || mermaid {
      let diagram = LineageDiagram(found.all)
      return StandardStream.output.write(dot ? diagram.dot : diagram.mermaid)
    }
    output.write(
      json: found.all.json,
      text: { style in
        found.graphs.map { direction, graph in
          let title = direction == .up ? "made from" : "used for"
          return (wanted.count > 1 ? style.dim(title) + "\n" : "")
            + LineageTree(graph, direction).render(from: found.start, style)
        }.joined(separator: "\n")
      })
  }

  /// Where the walk starts, and the nodes that a tree has at its top.
  private func start(_ queries: LineageQueries) throws -> (LineageStart, nodes: [String]) {
    switch id == "latest" ? .run(try queries.resolveRun(id)) : try queries.resolve(id) {
    case .artifact(let artifact, _): return (.content(artifact.digest), [artifact.digest.text])
    case .execution(let execution):
      return (.execution(execution), [try queries.execution(execution).origin.text])
    case .run(let run):
      let executions = try queries.run(run).stages.compactMap(\.execution)
      return (.run(run), executions.map(\.origin.text))
    }
  }
}
