import ArgumentParser
import Artifacts
import Diagnostics
import Foundation
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

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Print it for Graphviz, for Mermaid, as OpenLineage run events (one a line), or as W3C PROV-JSON.",
      valueName: "name"))
  var format: LineageFormat?

  @Flag(name: .long, help: "The same as --format dot.")
  var dot = false

  @Flag(name: .long, help: "The same as --format mermaid.")
  var mermaid = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Make a directory that is an RO-Crate: what it was made from, with manifests and provenance.",
      valueName: "dir"),
    completion: .directory)
  var roCrate: String?

  @Flag(name: .long, help: "Leave files out of the RO-Crate; it names them by their hashes.")
  var metadataOnly = false

  @Option(
    name: .long,
    help: ArgumentHelp("The licence of the RO-Crate: a URL, or a sentence.", valueName: "licence"))
  var license: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if [dot, mermaid, output.json, format != nil].count(where: \.self) > 1 {
      throw ValidationError("--format, --dot, --mermaid and --json exclude each other")
    }
    if roCrate != nil, dot || mermaid || format != nil {
      throw ValidationError("--ro-crate makes a directory, --format prints: give one of them")
    }
    if roCrate == nil, metadataOnly || license != nil {
      throw ValidationError("--metadata-only and --license belong to --ro-crate")
    }
  }

  func run() throws {
    let (reader, layout) = try store.reader()
    if let roCrate { return try write(crate: URL(fileURLWithPath: roCrate), reader, ObjectStore(layout)) }
    let wanted: [LineageGraph.Direction] = up == down ? [.up, .down] : up ? [.up] : [.down]
    let name = dot ? "dot" : mermaid ? "mermaid" : nil
    if let format = format ?? name.flatMap(LineageFormat.init(argument:)) {
      let record = try reader.read { try $0.record(of: start($0).start, Set(wanted)) }
      return StandardStream.output.write(format.render(record))
    }
    let found: (start: [String], graphs: [(LineageGraph.Direction, LineageGraph)], all: LineageGraph) =
      try reader.read { queries in
        let (start, nodes) = try start(queries)
        return (
          nodes, try wanted.map { ($0, try queries.lineage(of: start, [$0])) },
          try queries.lineage(of: start, Set(wanted))
        )
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

  /// Writes an RO-Crate; what was made from the start is in it only if it was asked for.
  private func write(crate url: URL, _ reader: LineageReader, _ objects: ObjectStore) throws {
    let directions: Set<LineageGraph.Direction> = down ? up ? [.up, .down] : [.down] : [.up]
    let record = try reader.read { try $0.record(of: start($0).start, directions) }
    guard !record.runs.isEmpty else {
      throw Diagnostic(
        .usage, "'\(id)' was made by no run, so that a crate would say nothing of it",
        hint: "for what was made from it: plumb lineage \(id.shellQuoted) --down --ro-crate DIR")
    }
    let crate = ResearchCrate(record, title: id, license: license, objects: metadataOnly ? nil : objects)
    try crate.write(to: url, objects: objects)
    output.write(json: crate.summary(at: url), text: { _ in url.path + "\n" })
  }

  /// Where the walk starts, and the nodes that a tree has at its top.
  private func start(_ queries: LineageQueries) throws -> (start: LineageStart, nodes: [String]) {
    switch try queries.resolve(id) {
    case .artifact(let artifact, _): return (.content(artifact.digest), [artifact.digest.text])
    case .execution(let execution):
      return (.execution(execution), [try queries.execution(execution).origin.text])
    case .run(let run):
      let executions = try queries.run(run).stages.compactMap(\.execution)
      return (.run(run), executions.map(\.origin.text))
    }
  }
}
