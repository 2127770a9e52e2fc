import ArgumentParser
import JSONText
import Lineage

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the runs in a store, newest first.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  @Option(name: .long, help: "Only runs of the pipeline with this name.")
  var pipeline: String?

  @Option(name: [.customShort("n"), .long], parsing: .unconditional, help: "At most so many; 0 for all.")
  var limit = 20

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit must not be negative, got \(limit)") }
  }

  func run() throws {
    let (reader, layout) = try store.reader()
    let runs = try reader.read { try $0.runs(pipeline: pipeline, limit: limit == 0 ? .max : limit) }
      .map { $0.withLiveState(in: layout) }
    output.write(
      json: ["schema": "plumb.runs/1", "runs": .array(runs.map(\.json))],
      text: { style in
        guard !runs.isEmpty else { return "no runs\n" }
        var table = TextTable([
          ("RUN", .left), ("PIPELINE", .left), ("STATE", .left), ("STARTED", .left), ("TIME", .right),
          ("STAGES", .left),
        ])
        for run in runs {
          table.add([
            run.id.short, run.pipeline, style.state(run.state.rawValue), Figures.time(run.startedAt),
            run.seconds.map(Figures.duration) ?? "", run.stageCounts,
          ])
        }
        return table.render(style)
      })
  }
}
