import Foundation

/// The room of a plot: axes with ticks, grid and labels, and where a point lies in it.
struct PlotFrame {
  static let width = 460.0
  static let height = 250.0
  private static let margin = (left: 58.0, right: 14.0, top: 10.0, bottom: 40.0)

  let x: Axis
  let y: Axis
  let xLabel: String
  let yLabel: String

  private var area: (left: Double, right: Double, top: Double, bottom: Double) {
    (
      Self.margin.left, Self.width - Self.margin.right, Self.margin.top, Self.height - Self.margin.bottom
    )
  }

  /// The place of a point, in the units of the drawing.
  func point(_ xValue: Double, _ yValue: Double) -> (x: Double, y: Double) {
    (
      area.left + x.position(xValue) * (area.right - area.left),
      area.bottom - y.position(yValue) * (area.bottom - area.top)
    )
  }

  /// A curve through points; where a value is not finite, it is broken.
  func path(_ points: [(x: Double, y: Double)]) -> String {
    var text = ""
    var isDown = false
    for value in points {
      guard value.x.isFinite, value.y.isFinite else {
        isDown = false
        continue
      }
      let place = point(value.x, value.y)
      text += "\(isDown ? "L" : "M")\(place.x.place) \(place.y.place)"
      isDown = true
    }
    return text
  }

  /// Grid, axes, ticks and labels.
  var axes: HTML {
    var pieces: [HTML] = []
    for tick in y.ticks {
      let place = point(x.range.lowerBound, tick.value).y
      pieces.append(Self.line(area.left, place, area.right, place, "grid"))
      pieces.append(Self.label(tick.label, area.left - 6, place + 4, anchor: "end"))
    }
    for tick in x.ticks {
      let place = point(tick.value, y.range.lowerBound).x
      pieces.append(Self.line(place, area.bottom, place, area.bottom + 4, "axis"))
      pieces.append(Self.label(tick.label, place, area.bottom + 17, anchor: "middle"))
    }
    pieces.append(Self.line(area.left, area.bottom, area.right, area.bottom, "axis"))
    pieces.append(
      Self.label(xLabel, (area.left + area.right) / 2, Self.height - 6, anchor: "middle", strong: true))
    let middle = (area.top + area.bottom) / 2
    pieces.append(
      .tag(
        "text",
        [
          "x": "12", "y": middle.place, "text-anchor": "middle", "class": "strong",
          "transform": "rotate(-90 12 \(middle.place))",
        ], .text(yLabel)))
    return .tag("g", ["aria-hidden": "true"], pieces)
  }

  /// The drawing with a title that screen readers speak.
  func drawing(title: String, _ content: [HTML]) -> HTML {
    .tag(
      "svg",
      [
        "viewBox": "0 0 \(Self.width.place) \(Self.height.place)", "role": "img", "aria-label": title,
      ], [.tag("title", [:], .text(title)), axes] + content)
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> HTML {
    .tag(
      "line", ["x1": x1.place, "y1": y1.place, "x2": x2.place, "y2": y2.place, "class": style])
  }

  static func label(_ text: String, _ x: Double, _ y: Double, anchor: String, strong: Bool = false) -> HTML {
    .tag(
      "text",
      ["x": x.place, "y": y.place, "text-anchor": anchor, "class": strong ? "strong" : "tick"], .text(text))
  }
}

extension Double {
  /// A place in a drawing, to a tenth of its unit.
  var place: String { String(format: "%.1f", self) }
}
