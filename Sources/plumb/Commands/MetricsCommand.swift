import ArgumentParser
import Diagnostics
import JSONText
import Lineage

struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Show every series that a stage recorded.",
    discussion: """
      STAGE means the newest run that has it; 'RUN:STAGE' another one. Instances of a matrix are named as for \
      'plumb run': 'dpo', 'dpo@beta=0.1', 'dpo@*'.
      """)

  @Argument(help: "A stage, or an execution's identifier.")
  var stage: String

  @Option(name: .long, help: "Only the series whose name contains this.")
  var filter: String?

  @Flag(name: .long, help: "Print 'name,step,value' lines; of several instances, 'stage,name,step,value'.")
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
    let views = try reader.read { queries in
      try queries.resolveStages(stage, hint: "plumb status").map { id in
        let series = try queries.series(of: id).filter { filter.map($0.name.contains) ?? true }
        return MetricsView(stage: try queries.execution(id).stage, series: series)
      }
    }
    if csv { return StandardStream.output.write(MetricsView.csv(views)) }
    output.write(
      json: .instances(views.map(\.json), schema: "plumb.metrics/1"),
      text: { style in
        views.map { (views.count > 1 ? style.bold($0.stage) + "\n" : "") + text($0, style) }
          .joined(separator: "\n")
      })
  }

  private func text(_ view: MetricsView, _ style: Style) -> String {
    if view.series.isEmpty {
      return "'\(view.stage)' recorded no \(filter == nil ? "metrics" : "such metrics")\n"
    }
    return plot ? view.plots(width: StandardStream.output.width, style) : view.table(style)
  }
}
