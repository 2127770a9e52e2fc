import ArgumentParser
import JSONText
import Lineage

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the runs in a store, newest first.",
    discussion: "'plumb compare RUN RUN' sets two of them side by side.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  @Option(name: .long, help: "Only runs of the pipeline with this name.")
  var pipeline: String?

  @Option(name: [.customShort("n"), .long], parsing: .unconditional, help: "At most so many; 0 for all.")
  var limit = 20

  @Flag(
    name: .long, help: "Show the parameters in which runs differ and the figures of their evaluated model.")
  var metrics = false

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit must not be negative, got \(limit)") }
  }

  func run() throws {
    let (reader, layout) = try store.reader()
    let runs = try reader.read { try $0.runs(pipeline: pipeline, limit: limit == 0 ? .max : limit) }
      .map { $0.withLiveState(in: layout) }
    let highlights =
      try metrics ? reader.read { queries in try runs.map { RunHighlights(try queries.run($0.id)) } } : []
    output.write(
      json: [
        "schema": "plumb.runs/1",
        "runs": .array(
          runs.enumerated().map { index, run in
            metrics
              ? .object((run.json.members ?? []) + [.init("highlights", highlights[index].json)]) : run.json
          }),
      ],
      text: { style in
        guard !runs.isEmpty else { return "no runs\n" }
        return metrics ? figures(runs, highlights, style) : list(runs, style)
      })
  }

  private func list(_ runs: [RunRecord], _ style: Style) -> String {
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
  }

  /// A row for each run, with a column for each setting that differs and each figure that is there.
  private func figures(_ runs: [RunRecord], _ highlights: [RunHighlights], _ style: Style) -> String {
    let differing = RunHighlights.differing(highlights)
    var settings: [String] = []
    var titles: [String] = []
    for highlight in highlights {
      for key in highlight.settings.map(\.key) where differing.contains(key) && !settings.contains(key) {
        settings.append(key)
      }
      for title in highlight.cells.map(\.title) where !titles.contains(title) { titles.append(title) }
    }
    var table = TextTable(
      [("RUN", .left), ("PIPELINE", .left), ("STATE", .left)] + settings.map { ($0, .left) } + [
        ("MODEL", .left)
      ]
        + titles.map { ($0, .right) })
    for (run, highlight) in zip(runs, highlights) {
      table.add(
        [run.id.short, run.pipeline, style.state(run.state.rawValue)]
          + settings.map { key in highlight.settings.first { $0.key == key }?.value.scalarText ?? "" }
          + [highlight.model ?? ""]
          + titles.map { title in highlight.cells.first { $0.title == title }?.text ?? "" })
    }
    return table.render(style)
  }
}
