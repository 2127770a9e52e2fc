extension ModelComparison {
  /// The comparison for a terminal: a legend, figures with the best marked, costs, settings, samples.
  ///
  /// - Parameters:
  ///   - samples: so many prompts with the answers of all.
  ///   - width: columns that samples may take.
  func text(samples: Int, width: Int, _ style: Style) -> String {
    var text = legend(style)
    for note in notes { text += "\(style.warning("note")): \(note)\n" }
    text += "\n" + figureTable(style)
    if !headToHeads.isEmpty { text += "\n" + headToHeadText(style) }
    text += "\n" + costTable(style)
    if !settings.isEmpty { text += "\n" + settingTable(style) }
    let shown = sampled(samples)
    if !shown.isEmpty {
      text += "\n" + shown.map { sampleText($0, width: width, style) }.joined(separator: "\n")
    }
    return text
  }

  /// Letters that stand for the models in tables.
  static func letter(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index))) : "\(index + 1)"
  }

  /// The titles of the models' columns, such as `A ppo`.
  private var columns: [String] {
    models.enumerated().map { "\(Self.letter($0)) \($1.kind)" }
  }

  private func legend(_ style: Style) -> String {
    var table = TextTable([
      ("", .left), ("NAMED", .left), ("MADE BY", .left), ("RUN", .left), ("STARTED", .left), ("MODEL", .left),
    ])
    for (index, model) in models.enumerated() {
      table.add([
        style.bold(Self.letter(index)), model.label, model.title, model.run.summary.id.short,
        model.training.map { Figures.time($0.startedAt) } ?? "", model.artifact?.digest.short ?? "",
      ])
    }
    return table.render(style)
  }

  private func figureTable(_ style: Style) -> String {
    guard !rows.isEmpty else { return "nothing was measured of these models\n" }
    var table = TextTable(
      [("FIGURE", .left)] + columns.map { ($0, .right) }
        + models.indices.dropFirst().map { ("\(Self.letter($0)) − A", .right) } + [("", .left)])
    for row in rows {
      let values = row.values.enumerated().map { index, value in
        let text = value.map(\.text) ?? "–"
        return row.best.contains(index) ? style.green(text + " *") : text + "  "
      }
      let differences = row.values.dropFirst().map { value -> String in
        guard let value, let first = row.values[0] else { return "" }
        return Figures.difference(value.value - first.value)
      }
      table.add([row.figure.title] + values + differences + [style.dim(row.figure.unit)])
    }
    return table.render(style) + style.dim("* best, unless 95 % intervals overlap; ± one standard error")
      + "\n"
  }

  private func headToHeadText(_ style: Style) -> String {
    headToHeads.map { pair in
      let name = "\(Self.letter(pair.first)) against \(Self.letter(pair.second))"
      let interval =
        "95 % interval \(Figures.metric(pair.interval.lowerBound))–\(Figures.metric(pair.interval.upperBound))"
      return
        "\(style.bold(name)): wins \(Figures.metric(pair.winRate)) of \(Figures.count(pair.prompts, "prompt")) "
        + "by reward (\(interval))\n"
    }.joined()
  }

  private func costTable(_ style: Style) -> String {
    var table = TextTable([("COST", .left)] + columns.map { ($0, .right) })
    for row in cost {
      table.add([row.name] + row.values.map { $0.map { Figures.amount($0, row.unit) } ?? "–" })
    }
    return table.render(style)
  }

  /// Settings that at least two of the models have; the others are counted.
  private func settingTable(_ style: Style) -> String {
    let common = settings.filter { setting in setting.values.count { $0 != nil } > 1 }
    var table = TextTable([("SETTING OR INPUT", .left)] + columns.map { ($0, .left) })
    for setting in common {
      table.add([setting.name] + setting.values.map { $0?.valueText.shortened ?? "–" })
    }
    let rest = settings.count - common.count
    return (table.isEmpty ? "" : table.render(style))
      + (rest > 0
        ? style.dim("… and \(Figures.count(rest, "setting")) that only one of them has; --json lists all\n")
        : "")
  }

  private func sampleText(_ sample: Sample, width: Int, _ style: Style) -> String {
    var text = style.dim("prompt") + "  " + sample.prompt.oneLine.truncated(to: max(20, width - 8)) + "\n"
    for (index, answer) in sample.answers.enumerated() {
      let reward = answer?.reward.map { "[\(Figures.metric($0))] " } ?? ""
      let words = (reward + (answer?.text.oneLine ?? "(not asked)") + (answer?.ended == false ? " …" : ""))
        .wrapped(to: max(20, width - 8))
      for (line, part) in words.enumerated() {
        text += "  \(line == 0 ? style.bold(Self.letter(index)) : " ")     \(part)\n"
      }
    }
    return text
  }
}

extension MeasuredFigure {
  /// Such as `6.955 ± 0.16`.
  var text: String {
    Figures.metric(value)
      + (standardError.flatMap { $0 > 0 ? $0 : nil }.map { " ± " + Figures.metric($0, digits: 2) } ?? "")
  }
}
