/// Points in a plane, each with its name; a series with several points is joined in their order.
public struct ScatterPlot: Sendable {
  public struct Mark: Sendable {
    public var name: String
    public var colour: Int
    public var x: Double
    public var y: Double
    /// Half the height of the interval around the value.
    public var error: Double?

    public init(name: String, colour: Int, x: Double, y: Double, error: Double?) {
      self.name = name
      self.colour = colour
      self.x = x
      self.y = y
      self.error = error
    }
  }

  public var title: String
  public var xLabel: String
  public var yLabel: String
  public var marks: [Mark]
  /// Ways that are drawn faintly behind the marks.
  public var trails: [PlotSeries]

  public init(title: String, xLabel: String, yLabel: String, marks: [Mark], trails: [PlotSeries] = []) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.marks = marks
    self.trails = trails
  }

  /// A figure with its caption; names stand at their marks.
  public var html: HTML {
    let trailPoints = trails.flatMap(\.points)
    let heights = marks.flatMap { [$0.y - ($0.error ?? 0), $0.y + ($0.error ?? 0)] }
    let frame = PlotFrame(
      x: Axis(marks.map(\.x) + trailPoints.map(\.x)), y: Axis(heights + trailPoints.map(\.y)), xLabel: xLabel,
      yLabel: yLabel)
    var pieces = trails.map { trail -> HTML in
      .tag(
        "path", ["d": frame.path(trail.thinned()), "class": "curve faint \(Palette.stroke(trail.colour))"],
        .tag("title", [:], .text(trail.name)))
    }
    for mark in marks {
      let place = frame.point(mark.x, mark.y)
      if let error = mark.error, error > 0 {
        let ends = (frame.point(mark.x, mark.y - error).y, frame.point(mark.x, mark.y + error).y)
        pieces.append(
          PlotFrame.line(place.x, ends.0, place.x, ends.1, "curve mark \(Palette.stroke(mark.colour))"))
      }
      pieces.append(
        .tag(
          "circle",
          ["cx": place.x.place, "cy": place.y.place, "r": "5", "class": Palette.fill(mark.colour)],
          .tag("title", [:], .text("\(mark.name): \(mark.x.brief), \(mark.y.brief)"))))
      // At the right border there is no room behind a mark.
      let isRight = place.x > PlotFrame.width * 0.65
      pieces.append(
        PlotFrame.label(
          mark.name.cut(to: 24), place.x + (isRight ? -9 : 9), place.y - 6, anchor: isRight ? "end" : "start",
          strong: true))
    }
    let names = marks.map { "\($0.name) at \($0.x.brief), \($0.y.brief)" }.joined(separator: "; ")
    return .tag(
      "figure", [:], .tag("figcaption", [:], .text(title)),
      frame.drawing(title: "\(title): \(names)", pieces))
  }
}
