/// One value for each of some names, with the interval it is known to lie in.
public struct IntervalPlot: Sendable {
  public struct Entry: Sendable {
    public var name: String
    public var colour: Int
    public var value: Double
    /// nil where nothing is known of the uncertainty.
    public var interval: ClosedRange<Double>?

    public init(name: String, colour: Int, value: Double, interval: ClosedRange<Double>?) {
      self.name = name
      self.colour = colour
      self.value = value
      self.interval = interval
    }
  }

  public var title: String
  public var xLabel: String
  /// Those whose value is finite.
  public let entries: [Entry]
  /// A value to compare with, such as the 0.5 of two equal models.
  public var reference: Double?

  public init(title: String, xLabel: String, entries: [Entry], reference: Double? = nil) {
    self.title = title
    self.xLabel = xLabel
    self.entries = entries.filter(\.value.isFinite)
    self.reference = reference
  }

  private static let rowHeight = 34.0
  private static let top = 8.0
  private static let left = 120.0
  private static let right = 60.0

  /// A figure with a row for each entry: a dot at the value, a line over the interval.
  public var html: HTML {
    let values = entries.flatMap {
      [$0.value, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 }
    }
    let axis = Axis(values + [reference].compactMap { $0 })
    let bottom = Self.top + Self.rowHeight * Double(entries.count)
    func place(_ value: Double) -> Double {
      Self.left + axis.position(value) * (PlotFrame.width - Self.left - Self.right)
    }
    var pieces: [HTML] = axis.ticks.flatMap { tick -> [HTML] in
      let x = place(tick.value)
      return [
        PlotFrame.line(x, Self.top, x, bottom, "grid"),
        PlotFrame.label(tick.label, x, bottom + 16, anchor: "middle"),
      ]
    }
    if let reference {
      pieces.append(PlotFrame.line(place(reference), Self.top, place(reference), bottom, "reference"))
    }
    for (index, entry) in entries.enumerated() {
      let y = Self.top + Self.rowHeight * (Double(index) + 0.5)
      pieces.append(
        PlotFrame.label(entry.name.cut(to: 17), Self.left - 10, y + 4, anchor: "end", strong: true))
      if let interval = entry.interval {
        let style = "curve mark \(Palette.stroke(entry.colour))"
        pieces.append(PlotFrame.line(place(interval.lowerBound), y, place(interval.upperBound), y, style))
        for end in [interval.lowerBound, interval.upperBound] {
          pieces.append(PlotFrame.line(place(end), y - 5, place(end), y + 5, style))
        }
      }
      pieces.append(
        .tag(
          "circle",
          ["cx": place(entry.value).place, "cy": y.place, "r": "5", "class": Palette.fill(entry.colour)],
          .tag("title", [:], .text("\(entry.name): \(entry.value)"))))
      pieces.append(
        PlotFrame.label(
          entry.value.brief, PlotFrame.width - Self.right + 14, y + 4, anchor: "start", strong: true))
    }
    pieces.append(
      PlotFrame.label(
        xLabel, (Self.left + PlotFrame.width - Self.right) / 2, bottom + 32, anchor: "middle", strong: true))
    let drawing = HTML.tag(
      "svg",
      [
        "viewBox": "0 0 \(PlotFrame.width.place) \((bottom + 38).place)", "role": "img",
        "aria-label": "\(title): \(entries.map { "\($0.name) \($0.value.brief)" }.joined(separator: ", "))",
      ], pieces)
    return .tag("figure", [:], .tag("figcaption", [:], .text(title)), drawing)
  }
}
