import JSONText
import Lineage

/// The series of an execution in every form they are shown in.
struct MetricsView {
  var stage: String
  var series: [MetricSeries]

  /// Schema `plumb.metrics/1`; a value that JSON cannot say is null.
  var json: JSON {
    [
      "schema": "plumb.metrics/1", "stage": .string(stage),
      "series": .array(
        series.map { series in
          [
            "name": .string(series.name),
            "points": .array(series.points.map { .array([.integer($0.step), JSON($0.value)]) }),
          ]
        }),
    ]
  }

  /// One line for each point: `name,step,value`, behind the stage if there are several.
  static func csv(_ views: [MetricsView]) -> String {
    let hasStages = views.count > 1
    var text = (hasStages ? "stage," : "") + "name,step,value\n"
    for view in views {
      let stage = hasStages ? quoted(view.stage) + "," : ""
      for series in view.series {
        let name = quoted(series.name)
        for point in series.points { text += "\(stage)\(name),\(point.step),\(point.value)\n" }
      }
    }
    return text
  }

  /// A field of CSV (RFC 4180).
  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }

  func table(_ style: Style) -> String {
    var table = TextTable([
      ("METRIC", .left), ("FIRST", .right), ("LAST", .right), ("LEAST", .right), ("GREATEST", .right),
      ("STEPS", .right), ("", .left),
    ])
    for series in series {
      let values = series.points.map(\.value).filter(\.isFinite)
      table.add([
        series.name, series.points.first.map { Figures.metric($0.value) } ?? "",
        series.points.last.map { Figures.metric($0.value) } ?? "",
        values.min().map { Figures.metric($0) } ?? "",
        values.max().map { Figures.metric($0) } ?? "", String(series.points.last?.step ?? 0),
        series.points.count > 1 ? style.cyan(Curve.sparkline(series.points.map(\.value), width: 24)) : "",
      ])
    }
    return table.render(style)
  }

  func plots(width: Int, _ style: Style) -> String {
    series.map { series in
      guard series.points.count > 1 else {
        let value = series.points.last.map { Figures.metric($0.value) } ?? ""
        return "\(style.bold(series.name))  \(value)\n"
      }
      let curve = Curve.plot(
        series.points.map { (Double($0.step), $0.value) }, width: min(width, 110), height: 9)
      return "\(style.bold(series.name))\n\(curve)"
    }.joined(separator: "\n")
  }
}
