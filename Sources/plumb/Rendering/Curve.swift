/// Curves in text.
enum Curve {
  private static let levels = Array("▁▂▃▄▅▆▇█")

  /// Values as bars of eight heights on one line; values that are not finite are blank.
  ///
  /// - Parameters:
  ///   - width: at most so many columns; more values are averaged in groups.
  ///   - range: what the least and the greatest bar stand for; by default the curve's own values.
  static func sparkline(_ values: [Double], width: Int, range: ClosedRange<Double>? = nil) -> String {
    let means = grouped(values, into: min(width, values.count))
    guard let low = range?.lowerBound ?? means.compactMap({ $0 }).min(),
      let high = range?.upperBound ?? means.compactMap({ $0 }).max()
    else { return "" }
    return String(
      means.map { mean -> Character in
        guard let mean else { return " " }
        let fraction = high > low ? (mean - low) / (high - low) : 0.5
        return levels[max(0, min(levels.count - 1, Int(fraction * Double(levels.count))))]
      })
  }

  /// A curve with its scale: values upwards, steps to the right; every column is the mean of its points.
  static func plot(_ points: [(x: Double, y: Double)], width: Int, height: Int) -> String {
    let finite = points.filter { $0.y.isFinite }
    guard let low = finite.map(\.y).min(), let high = finite.map(\.y).max(), let first = points.first?.x,
      let last = points.last?.x
    else { return "no finite values\n" }
    let labels = labels([high, (high + low) / 2, low])
    let margin = labels.map(\.displayWidth).max() ?? 0
    let columns = max(10, width - margin - 3)
    let values = resampled(finite, from: first, to: last, columns: columns)
    // Two rows of points in each row of text.
    let rows = height * 2
    var text = ""
    for row in 0..<height {
      let label = row == 0 ? labels[0] : row == height / 2 ? labels[1] : row == height - 1 ? labels[2] : ""
      let cells = values.map { value -> Character in
        guard let value else { return " " }
        let fraction = high > low ? (value - low) / (high - low) : 0.5
        let level = rows - 1 - min(rows - 1, Int(fraction * Double(rows)))
        return level / 2 == row ? (level % 2 == 0 ? "▀" : "▄") : " "
      }
      text += "\(label.leftPadded(to: margin)) \(label.isEmpty ? "│" : "┤")\(String(cells))".trimmedEnd + "\n"
    }
    let start = Figures.metric(first)
    let end = Figures.metric(last)
    text += String(repeating: " ", count: margin) + " └" + String(repeating: "─", count: columns) + "\n"
    text +=
      String(repeating: " ", count: margin + 2) + start + end.leftPadded(to: columns - start.displayWidth)
      + "\n"
    return text
  }

  /// Values with four digits, or with as many as it takes to tell them apart.
  private static func labels(_ values: [Double]) -> [String] {
    let digits = (4...12).first { digits in
      Set(values.map { Figures.metric($0, digits: digits) }).count == Set(values).count
    }
    return values.map { Figures.metric($0, digits: digits ?? 4) }
  }

  /// Means of consecutive groups; nil for a group without finite values.
  private static func grouped(_ values: [Double], into count: Int) -> [Double?] {
    (0..<count).map { index in
      mean(values[(index * values.count / count)..<((index + 1) * values.count / count)])
    }
  }

  /// Means by column; between points that lie further apart than a column, a straight line.
  private static func resampled(
    _ points: [(x: Double, y: Double)], from first: Double, to last: Double, columns: Int
  )
    -> [Double?]
  {
    var columnsOfPoints = [[Double]](repeating: [], count: columns)
    for point in points {
      let fraction = last > first ? (point.x - first) / (last - first) : 0
      columnsOfPoints[min(columns - 1, Int(fraction * Double(columns)))].append(point.y)
    }
    var values = columnsOfPoints.map { mean($0[...]) }
    let known = values.indices.filter { values[$0] != nil }
    for (left, right) in zip(known, known.dropFirst()) where right - left > 1 {
      guard let from = values[left], let to = values[right] else { continue }
      for column in (left + 1)..<right {
        values[column] = from + (to - from) * Double(column - left) / Double(right - left)
      }
    }
    return values
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double? {
    let finite = values.filter(\.isFinite)
    return finite.isEmpty ? nil : finite.reduce(0, +) / Double(finite.count)
  }
}

extension String {
  /// Without spaces at the end.
  fileprivate var trimmedEnd: String {
    guard let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...last])
  }
}
