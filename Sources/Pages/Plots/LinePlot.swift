/// Curves over steps, one colour and dash for each series.
public struct LinePlot: Sendable {
  public var title: String
  public var xLabel: String
  /// The unit of the values; empty for plain numbers.
  public var yLabel: String
  public var series: [PlotSeries]

  public init(title: String, xLabel: String, yLabel: String, series: [PlotSeries]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
  }

  /// A figure with its caption and legend.
  public var html: HTML {
    let values = series.flatMap { $0.points.map(\.y) }
    let scale = Scale.fitting(values)
    let frame = PlotFrame(
      x: Axis(series.flatMap { $0.points.map(\.x) }), y: Axis(values, scale: scale), xLabel: xLabel,
      yLabel: ([yLabel] + (scale == .logarithmic ? ["log scale"] : [])).filter { !$0.isEmpty }
        .joined(separator: ", "))
    let curves = series.map { series -> HTML in
      let points = series.thinned()
      let last = points.last { $0.y.isFinite }
      let caption = "\(series.name)" + (last.map { ": \($0.y) at \($0.x)" } ?? "")
      // A single point has no length to be stroked.
      guard points.count > 1 else { return dot(series, frame, caption) }
      return .tag(
        "path", ["d": frame.path(points), "class": "curve \(Palette.stroke(series.colour))"],
        .tag("title", [:], .text(caption)))
    }
    return .tag(
      "figure", [:], .tag("figcaption", [:], .text(title)), .legend(series.map { ($0.name, $0.colour) }),
      frame.drawing(title: "\(title) by \(xLabel): \(series.map(\.name).joined(separator: ", "))", curves))
  }

  private func dot(_ series: PlotSeries, _ frame: PlotFrame, _ caption: String) -> HTML {
    guard let only = series.points.first, only.y.isFinite else { return .empty }
    let place = frame.point(only.x, only.y)
    return .tag(
      "circle", ["cx": place.x.place, "cy": place.y.place, "r": "4", "class": Palette.fill(series.colour)],
      .tag("title", [:], .text(caption)))
  }
}
