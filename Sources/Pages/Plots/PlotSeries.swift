/// A named list of points with the colour of what it belongs to.
public struct PlotSeries: Sendable {
  public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  public var name: String
  /// The place in the palette; what has the same place in two plots has the same colour.
  public var colour: Int
  public var points: [Point]

  public init(name: String, colour: Int, points: [Point]) {
    self.name = name
    self.colour = colour
    self.points = points
  }

  /// At most so many points: means of neighbours, so that a curve keeps its course.
  func thinned(to count: Int = 240) -> [(x: Double, y: Double)] {
    guard points.count > count else { return points.map { ($0.x, $0.y) } }
    return (0..<count).map { index in
      let group = points[(index * points.count / count)..<((index + 1) * points.count / count)]
      let finite = group.filter(\.y.isFinite)
      guard !finite.isEmpty else { return (group[group.startIndex].x, .nan) }
      let size = Double(finite.count)
      return (finite.reduce(0) { $0 + $1.x } / size, finite.reduce(0) { $0 + $1.y } / size)
    }
  }
}

/// The palette of series: as many colours as people tell apart, then from the start again.
enum Palette {
  static let count = 6
  static func stroke(_ index: Int) -> String { "s\(index % count)" }
  static func fill(_ index: Int) -> String { "f\(index % count)" }
}

extension HTML {
  /// Names of series beside a stroke of each.
  static func legend(_ entries: [(name: String, colour: Int)]) -> HTML {
    .tag(
      "ul", ["class": "legend"],
      entries.map { entry in
        .tag(
          "li", [:],
          .tag(
            "svg", ["viewBox": "0 0 26 10", "aria-hidden": "true"],
            .tag(
              "path", ["d": "M1 5L25 5", "class": "curve \(Palette.stroke(entry.colour))"])),
          .text(entry.name))
      })
  }
}
