import ArgumentParser
import Artifacts
import JSONText
import Lineage

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a run, a stage or an artifact: configuration, inputs, outputs, metrics, environment.",
    discussion: """
      ID is a stage ('sft'), instances of a matrix ('dpo', 'dpo@beta=0.1', 'dpo@*'), an output ('sft.model'), one \
      of another run ('RUN:sft.model'), a source ('sources.demos'), or a unique prefix of an identifier, where a run \
      goes before its executions; 'latest' is the newest run.
      """)

  @Argument(help: "A run, stage, output, source, or a prefix of an identifier.")
  var id: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (reader, layout) = try store.reader()
    let views = try reader.read { queries in
      try queries.resolveAll(id).map { try view(of: $0, queries, layout) }
    }
    output.write(
      json: .instances(views.map(\.json), schema: "plumb.show/1"),
      text: { style in views.map { $0.text(style) }.joined(separator: "\n") })
  }

  private func view(of referent: Referent, _ queries: LineageQueries, _ layout: StoreLayout) throws
    -> any DetailView
  {
    switch referent {
    case .run(let run):
      var detail = try queries.run(run)
      detail.summary = detail.summary.withLiveState(in: layout)
      return RunView(run: detail)
    case .execution(let execution):
      let detail = try queries.execution(execution)
      let differing = try detail.key.map { try queries.differingResults(for: $0) } ?? []
      return ExecutionView(execution: detail, differing: differing)
    case .artifact(let artifact, let label):
      return try ArtifactView(artifact, label: label, queries, ObjectStore(layout))
    }
  }
}

/// One thing with everything known of it.
protocol DetailView: Sendable {
  var json: JSON { get }
  func text(_ style: Style) -> String
}
