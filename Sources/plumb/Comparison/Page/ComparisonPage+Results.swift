import Pages

extension ComparisonPage {
  /// Figures and costs as tables.
  var summary: HTML {
    section("Summary", [figureTable, costTable])
  }

  private var figureTable: HTML {
    guard !comparison.rows.isEmpty else { return .tag("p", [:], "Nothing was measured of these models.") }
    let others = comparison.models.indices.dropFirst()
    return table(
      "Figures of the evaluation. Bold is best, unless 95 % intervals overlap; ± is one standard error; differences are to A.",
      head: ["Figure"] + names + others.map { "\(ModelComparison.letter($0)) − A" } + ["Unit"],
      rows: comparison.rows.map { row in
        let values = row.values.enumerated().map { index, value -> HTML in
          guard let value else { return "–" }
          return row.best.contains(index)
            ? .tag("span", ["class": "best"], .text(value.text), .tag("span", ["class": "soft"], " best"))
            : .text(value.text)
        }
        let differences = others.map { index -> HTML in
          guard let value = row.values[index], let first = row.values[0] else { return "" }
          return .text(Figures.difference(value.value - first.value))
        }
        return (.text(row.figure.title), values + differences + [.text(row.figure.unit)])
      })
  }

  private var costTable: HTML {
    table(
      "What the models cost.", head: ["Cost"] + names,
      rows: comparison.cost.map { row in
        (.text(row.name), row.values.map { .text($0.map { Figures.amount($0, row.unit) } ?? "–") })
      })
  }

  /// Rewards and win rates with their intervals, and what reward was paid for in divergence.
  var results: HTML {
    let shares = comparison.rows.filter { $0.figure.key.contains("win_rate_vs_") }
    let plots =
      [rewardPlot].compactMap { $0 } + shares.map(sharePlot) + [headToHeadPlot, tradeOff].compactMap { $0 }
    return section("Results", plots.isEmpty ? [] : [.tag("div", ["class": "plots"], plots)])
  }

  private var rewardPlot: HTML? {
    guard let row = comparison.rows.first(where: { $0.figure.key == "reward" }) else { return nil }
    return IntervalPlot(
      title: "Mean reward with 95 % interval", xLabel: "reward",
      entries: entries(row)
    ).html
  }

  private func sharePlot(_ row: ModelComparison.Row) -> HTML {
    IntervalPlot(
      title: row.figure.title.prefix(1).uppercased() + row.figure.title.dropFirst() + " with 95 % interval",
      xLabel: "share of prompts, ties count half",
      entries: entries(row), reference: 0.5
    ).html
  }

  private func entries(_ row: ModelComparison.Row) -> [IntervalPlot.Entry] {
    row.values.enumerated().compactMap { index, value in
      value.map {
        IntervalPlot.Entry(name: names[index], colour: index, value: $0.value, interval: $0.interval)
      }
    }
  }

  private var headToHeadPlot: HTML? {
    guard !comparison.headToHeads.isEmpty else { return nil }
    return IntervalPlot(
      title: "Head to head on the same prompts, by reward", xLabel: "share of prompts won, ties count half",
      entries: comparison.headToHeads.map { pair in
        IntervalPlot.Entry(
          name: "\(ModelComparison.letter(pair.first)) against \(ModelComparison.letter(pair.second))",
          colour: pair.first, value: pair.winRate, interval: pair.interval)
      }, reference: 0.5
    ).html
  }

  /// Reward over KL divergence: each model where its evaluation found it, and the way of those that were trained on
  /// rewards.
  private var tradeOff: HTML? {
    guard let divergence = comparison.rows.first(where: { $0.figure.key.hasPrefix("kl_to_") }),
      let reward = comparison.rows.first(where: { $0.figure.key == "reward" })
    else { return nil }
    let marks = comparison.models.indices.compactMap { index -> ScatterPlot.Mark? in
      guard let x = divergence.values[index], let y = reward.values[index] else { return nil }
      return ScatterPlot.Mark(
        name: names[index], colour: index, x: x.value, y: y.value, error: y.standardError.map { 1.96 * $0 })
    }
    let trails = comparison.models.enumerated().compactMap { index, model -> PlotSeries? in
      guard let kl = model.series.first(where: { $0.name == "objective/kl" }),
        let scores = model.series.first(where: { $0.name == "objective/scores" })
      else { return nil }
      return PlotSeries(
        name: "\(names[index]) during training", colour: index,
        points: zip(kl.points, scores.points).map { PlotSeries.Point(x: $0.value, y: $1.value) })
    }
    guard !marks.isEmpty else { return nil }
    return ScatterPlot(
      title: "Reward paid for in divergence", xLabel: "\(divergence.figure.title), nats per answer",
      yLabel: "reward",
      marks: marks, trails: trails
    ).html
  }
}
