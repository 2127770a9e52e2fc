import ArgumentParser
import Diagnostics
import JSONText
import Lineage

struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Show every series that a stage recorded.",
    discussion: "STAGE means the newest run that has it; 'RUN:STAGE' another one.")

  @Argument(help: "A stage, or an execution's identifier.")
  var stage: String

  @Option(name: .long, help: "Only the series whose name contains this.")
  var filter: String?

  @Flag(name: .long, help: "Print 'name,step,value' lines.")
  var csv = false

  @Flag(name: .long, help: "Draw a curve for each series.")
  var plot = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if [csv, plot, output.json].count(where: \.self) > 1 {
      throw ValidationError("--csv, --plot and --json exclude each other")
    }
  }

  func run() throws {
    let (reader, _) = try store.reader()
    let (execution, all) = try reader.read { queries in
      guard case .execution(let id) = try queries.resolve(stage) else {
        throw Diagnostic(.unknownReference, "'\(stage)' is no stage", hint: "plumb status")
      }
      return (try queries.execution(id), try queries.series(of: id))
    }
    let series = all.filter { filter.map($0.name.contains) ?? true }
    let view = MetricsView(stage: execution.stage, series: series)
    if csv { return StandardStream.output.write(view.csv) }
    output.write(
      json: view.json,
      text: { style in
        if series.isEmpty {
          return "'\(execution.stage)' recorded no \(filter == nil ? "metrics" : "such metrics")\n"
        }
        return plot ? view.plots(width: StandardStream.output.width, style) : view.table(style)
      })
  }
}
