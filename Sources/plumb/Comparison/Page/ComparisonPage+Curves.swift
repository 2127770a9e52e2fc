import Lineage
import Pages

extension ComparisonPage {
  /// What series that have a unit are measured in.
  private static let units = [
    "loss": "nats", "eval_loss": "nats", "entropy": "nats per token", "objective/kl": "nats per answer",
    "objective/entropy": "nats per answer", "objective/response_length": "tokens", "num_tokens": "tokens",
    "logps/chosen": "nats per answer", "logps/rejected": "nats per answer", "episode": "answers",
  ]

  /// Series that the trainings recorded: those that several have overlaid, others folded away.
  var curves: HTML {
    var named: [String] = []
    for series in comparison.models.flatMap(\.series) where !named.contains(series.name) {
      named.append(series.name)
    }
    let plots = named.compactMap(plot)
    let shared = plots.filter { $0.series.count > 1 }.map(\.html)
    let single = plots.filter { $0.series.count == 1 }.map(\.html)
    let folded =
      single.isEmpty
      ? HTML.empty
      : .tag(
        // Nothing is overlaid where the trainings have nothing in common: then all is shown.
        "details", shared.isEmpty ? ["open": ""] : [:],
        .tag("summary", [:], .text("\(single.count) series that only one of them has")),
        .tag("div", ["class": "plots"], single))
    return section(
      "Training", [shared.isEmpty ? .empty : .tag("div", ["class": "plots"], shared), folded])
  }

  /// A series of all models that recorded it in more than one step.
  private func plot(_ name: String) -> LinePlot? {
    let series = comparison.models.enumerated().compactMap { index, model -> PlotSeries? in
      guard let found = model.series.first(where: { $0.name == name }), found.points.count > 1 else {
        return nil
      }
      return PlotSeries(
        name: names[index], colour: index,
        points: found.points.map { .init(x: Double($0.step), y: $0.value) })
    }
    guard !series.isEmpty else { return nil }
    return LinePlot(title: name, xLabel: "step", yLabel: Self.units[name] ?? "", series: series)
  }
}
