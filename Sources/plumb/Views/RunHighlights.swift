import JSONText
import Lineage

/// What tells a run from others at a glance: its parameters and choices, and the headline figures of the model that its
/// evaluation is about.
struct RunHighlights {
  /// The figures that a list has room for.
  private static let shown = ["loss", "reward", "kl_to_", "win_rate_vs_"]

  /// Parameters and choices, such as `beta=0.1`, in the order of the manifest.
  let settings: [JSON.Member]
  /// The model's name in the evaluation; nil if the run has none.
  let model: String?
  let figures: [MeasuredFigure]

  init(_ run: RunDetail) {
    settings = (run.parameters.members ?? []) + (run.choices.members ?? [])
    let evaluation = run.stages.compactMap(\.execution).last { $0.inputs.contains { $0.port == "models" } }
    let input = evaluation?.evaluatedModel(in: run)
    let name = input.map { $0.name ?? $0.label }
    model = name
    guard let evaluation, let name else {
      figures = []
      return
    }
    figures = MeasuredFigure.figures(of: name, in: evaluation.metrics, prompts: nil)
  }

  /// The figures for a list by their titles, such as `win rate vs sft`.
  var cells: [(title: String, text: String)] {
    figures.filter { measured in
      Self.shown.contains {
        measured.figure.key == $0 || ($0.hasSuffix("_") && measured.figure.key.hasPrefix($0))
      }
    }.map { ($0.figure.title, Figures.metric($0.value)) }
  }

  /// The settings in which runs differ; those that all share tell nothing.
  static func differing(_ runs: [RunHighlights]) -> Set<String> {
    let keys = Set(runs.flatMap { $0.settings.map(\.key) })
    return keys.filter { key in Set(runs.map { run in run.settings.first { $0.key == key }?.value }).count > 1
    }
  }

  var json: JSON {
    [
      "settings": .object(settings), "model": JSON(model),
      "figures": .object(figures.map { JSON.Member($0.figure.key, JSON($0.value)) }),
    ]
  }
}
