import Foundation
import Lineage
import Pages
import Pipeline

extension ComparisonPage {
  /// Answers to the same prompts side by side.
  var answers: HTML {
    section(
      "Answers",
      comparison.sampled(samples).map { sample in
        .fragment([
          .tag("p", ["class": "prompt"], .text(sample.prompt)),
          .tag(
            "div", ["class": "answers"],
            sample.answers.enumerated().map { index, answer in
              let reward = answer?.reward.map { ", reward \(Figures.metric($0))" } ?? ""
              let text = answer.map { $0.text.trimmed + ($0.ended ? "" : " …") } ?? "(not asked)"
              return .tag(
                "div", ["class": "answer"], .tag("h3", [:], .text(names[index] + reward)), .text(text))
            }),
        ])
      })
  }

  /// Which stages made each model: shared ones once, others model by model.
  var lineage: HTML {
    section(
      "Lineage",
      [
        table(
          "Executions behind each model, in the order of the pipeline. A shared one made the same bytes for all.",
          head: ["Stage"] + names, numeric: false,
          rows: comparison.steps.map { step in
            (
              .fragment([
                .text(step.name), step.isShared ? .tag("span", ["class": "soft"], " shared") : .empty,
              ]),
              step.executions.map(cell)
            )
          }), identities,
      ])
  }

  private func cell(_ execution: ExecutionDetail?) -> HTML {
    guard let execution else { return "–" }
    let seconds = execution.seconds.map { ", \(Figures.duration($0))" } ?? ""
    return .fragment([
      .text(execution.kind),
      .tag("span", ["class": "soft"], .text("\(seconds) · \(Figures.time(execution.startedAt))")),
      .fragment(
        execution.outputs.map { output in
          .fragment([
            .tag("br"),
            .tag("span", ["class": "mono"], .text("\(output.port) \(output.artifact.digest.short)")),
          ])
        }),
    ])
  }

  private var identities: HTML {
    func row(_ title: String, _ value: (ComparedModel) -> String?) -> (title: HTML, cells: [HTML]) {
      (
        .text(title),
        comparison.models.map { model in .tag("span", ["class": "mono digest"], .text(value(model) ?? "–")) }
      )
    }
    return table(
      "Digests and identifiers.", head: ["What"] + names, numeric: false,
      rows: [
        row("model (SHA-256)") { $0.artifact?.digest.text }, row("cache key") { $0.training?.key?.text },
        row("execution") { $0.training?.id.text }, row("run") { $0.run.summary.id.text },
        row("evaluation") { $0.evaluation?.origin.text },
        row("manifest (SHA-256)") { $0.run.manifestDigest.text },
      ])
  }

  /// What the trainings were told differently.
  var settings: HTML {
    func rows(_ settings: [ModelComparison.Setting]) -> [(title: HTML, cells: [HTML])] {
      settings.map { setting in
        (
          .text(setting.name),
          setting.values.map { .tag("span", ["class": "digest"], .text($0?.valueText ?? "–")) }
        )
      }
    }
    let common = comparison.settings.filter { setting in setting.values.count { $0 != nil } > 1 }
    let single = comparison.settings.filter { setting in setting.values.count { $0 != nil } == 1 }
    return section(
      "Configuration",
      [
        common.isEmpty
          ? .empty
          : table(
            "Settings and inputs that differ.", head: ["Setting"] + names, numeric: false, rows: rows(common)),
        single.isEmpty
          ? .empty
          : .tag(
            "details", [:],
            .tag(
              "summary", [:], .text("\(Figures.count(single.count, "setting")) that only one of them has")),
            table(
              "Settings of one kind alone.", head: ["Setting"] + names, numeric: false, rows: rows(single))),
      ])
  }

  /// How to make each model again.
  var reproduction: HTML {
    section(
      "Reproduce",
      comparison.models.enumerated().map { index, model in
        .fragment([
          .tag("h3", [:], .text(names[index])), .tag("pre", [:], .text(model.command)),
          .tag(
            "details", [:],
            .tag("summary", [:], .text("manifest of run \(model.run.summary.id.short)")),
            .tag("pre", [:], .text(model.run.manifestText))),
        ])
      })
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
