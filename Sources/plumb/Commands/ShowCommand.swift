import ArgumentParser
import Artifacts
import JSONText
import Lineage

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a run, a stage or an artifact: configuration, inputs, outputs, metrics, environment.",
    discussion: """
      ID is a stage ('sft'), an output ('sft.model'), one of another run ('RUN:sft.model'), a source \
      ('sources.demos'), or a unique prefix of an identifier; 'latest' is the newest run.
      """)

  @Argument(help: "A run, stage, output, source, or a prefix of an identifier.")
  var id: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (reader, layout) = try store.reader()
    let view: any DetailView = try reader.read { queries in
      switch id == "latest" ? .run(try queries.resolveRun(id)) : try queries.resolve(id) {
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
    output.write(json: view.json, text: { view.text($0) })
  }
}

/// One thing with everything known of it.
protocol DetailView: Sendable {
  var json: JSON { get }
  func text(_ style: Style) -> String
}
