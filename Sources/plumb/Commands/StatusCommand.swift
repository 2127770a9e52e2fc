import ArgumentParser
import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage
import Pipeline
import Stages

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the newest run stage by stage, with the progress of a running one."
  )

  @Argument(
    help: "Show the newest run of this manifest's pipeline.", completion: .file(extensions: ["yaml", "yml"]))
  var manifest: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let pipeline = try pipelineName()
    let (reader, layout) = try openReader()
    let found = try reader.read { queries in
      try queries.latestRun(pipeline: pipeline).map { try queries.run($0.id) }
    }
    guard var detail = found else {
      throw Diagnostic(
        .noStore, "no run \(pipeline.map { "of '\($0)' " } ?? "")is in the store",
        hint: "plumb run \(manifest ?? "MANIFEST")")
    }
    detail.summary = detail.summary.withLiveState(in: layout)
    output.write(json: json(detail), text: { text(detail, $0) })
  }

  private func openReader() throws -> (reader: LineageReader, layout: StoreLayout) {
    guard let manifest else { return try store.reader() }
    var options = store
    options.store = try store.layout(forManifest: URL(fileURLWithPath: manifest)).root.path
    return try options.reader()
  }

  private func pipelineName() throws -> String? {
    guard let manifest else { return nil }
    return try StageGraph.load(
      manifest: URL(fileURLWithPath: manifest), displayPath: manifest, registry: .builtIn
    ).name
  }

  private func json(_ detail: RunDetail) -> JSON {
    [
      "schema": "plumb.status/1", "run": detail.summary.json,
      "stages": .array(detail.stages.map { $0.json(in: detail.summary.state) }),
      "requirements": .array(detail.requirements.map(\.json)),
    ]
  }

  private func text(_ detail: RunDetail, _ style: Style) -> String {
    let run = detail.summary
    var text = "\(style.bold(run.pipeline))  run \(run.id.short)  \(style.state(run.state.rawValue))"
    text += run.seconds.map { "  \(Figures.duration($0))" } ?? "  since \(Figures.time(run.startedAt))"
    text += "\n" + RunTable(detail).render(style)
    return text
  }
}
