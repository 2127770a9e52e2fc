import Pipeline

/// What a look at a stage's inputs found, as a person reads it: counts, how lengths are spread, and some rows with
/// their marked tokens.
struct AuditText {
  let style: Style
  /// Columns to fill.
  let width: Int

  func render(_ audit: StageAudit) -> [String] {
    audit.inputs.flatMap(lines) + audit.notes.map { style.dim("note") + ": \($0)" }
  }

  private func lines(_ input: InputAudit) -> [String] {
    let dropped = input.dropped.reduce(0) { $0 + $1.count }
    let reasons = input.dropped.map { "\($0.count) \($0.reason)" }.joined(separator: ", ")
    var lines = [
      "\(style.bold(input.label)): \(Figures.count(input.rows, "row"))"
        + (dropped > 0 ? ", \(dropped) dropped (\(reasons))" : "")
    ]
    if !input.remarks.isEmpty {
      lines.append(
        "  "
          + input.remarks.map { remark in
            let share = (100 * Double(remark.count) / Double(max(1, input.rows))).rounded()
            return "\(remark.count) (\(Figures.metric(share)) %) \(remark.text)"
          }.joined(separator: ", "))
    }
    if !input.distributions.isEmpty { lines += table(input.distributions) }
    if let marks = input.marks, !input.samples.isEmpty {
      let mark = style.isEnabled ? style.marked(" tokens ", isSecond: false) : "«tokens»"
      lines.append("  \(mark): \(marks)")
    }
    return lines
      + input.samples.flatMap { sample in
        sample.texts.flatMap { text in
          let label = "line \(sample.line)" + (text.label.map { ", \($0)" } ?? "")
          let count = text.tokens.count { $0.isMarked }
          let tokens = Figures.count(text.tokens.count, "token")
          let head = input.marks == nil ? tokens : "\(tokens), \(count) marked"
          return ["  \(style.dim("\(label) (\(head))"))"]
            + MarkedTextLines(style: style, width: width - 4).lines(of: text).map { "    \($0)" }
        }
      }
  }

  private func table(_ distributions: [Distribution]) -> [String] {
    var table = TextTable([
      ("", .left), ("least", .right), ("median", .right), ("95 %", .right), ("most", .right), ("", .left),
      ("", .left),
    ])
    for spread in distributions {
      table.add(
        [spread.name]
          + [spread.least, spread.median, spread.percentile95, spread.greatest].map {
            Figures.metric($0.rounded())
          }
          + [spread.unit, style.cyan(Self.bars(spread))])
    }
    return table.render(style, indent: 2).split(separator: "\n").map(String.init)
  }

  /// One column for each bin; any row at all is seen.
  static func bars(_ distribution: Distribution) -> String {
    let blocks = Array("▁▂▃▄▅▆▇█")
    let most = distribution.bins.map(\.count).max() ?? 0
    return String(
      distribution.bins.map { bin in
        bin.count == 0 ? "·" : blocks[min(7, (bin.count * 8 - 1) / max(1, most))]
      })
  }
}
