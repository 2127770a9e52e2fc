import Foundation

extension EvaluationReport {
  /// Tables and samples for a terminal of some hundred columns.
  var text: String {
    var parts = [modelTable]
    if models.count > 1, let winTable { parts.append(winTable) }
    if !sampleText.isEmpty { parts.append(sampleText) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// One row per model; a column for each figure that at least one model has.
  private var modelTable: String {
    let columns: [(title: String, value: (EvaluatedModel) -> String?)] = [
      ("loss", { $0.loss.map { fixed($0, digits: 4) } }),
      ("perplexity", { $0.loss.map { fixed(exp($0), digits: 2) } }),
      ("corpus ppl", { $0.corpusLoss.map { fixed(exp($0), digits: 2) } }),
      ("tax", { $0.alignmentTax.map { Self.signed($0 * 100) + "%" } }),
      (
        "reward",
        { model in
          model.meanReward.map { mean in
            fixed(mean, digits: 2) + (model.rewardError.map { " ± " + fixed($0, digits: 2) } ?? "")
          }
        }
      ),
      ("exact match", { $0.exactMatch.map { fixed($0 * 100, digits: 1) + "%" } }),
      ("judge", { $0.passRate.map { fixed($0 * 100, digits: 0) + "%" } }),
      ("KL to \(baseline)", { $0.divergence.map { fixed($0, digits: 2) } }),
      ("words", { Self.figure($0, "words", 1) }), ("distinct-2", { Self.figure($0, "distinct_2", 2) }),
      ("ended", { Self.figure($0, "ended", 2) }),
    ]
    let used = columns.filter { column in models.contains { column.value($0) != nil } }
    let rows = models.map { model in [model.name] + used.map { $0.value(model) ?? "–" } }
    return figureTable(header: ["model"] + used.map(\.title), rows: rows)
  }

  /// Rows win against columns: by reward model, by rules.
  private var winTable: String? {
    guard models.contains(where: { !$0.rewards.isEmpty || !$0.verdicts.isEmpty }) else { return nil }
    let rows = models.map { model in
      [model.name]
        + models.map { other in
          if other.name == model.name { return "–" }
          let rates = model.winRates(against: other)
          return [rates.reward, rates.judge].compactMap { $0.map { fixed($0, digits: 2) } }
            .joined(separator: " / ")
        }
    }
    let judges = [models[0].rewards.isEmpty ? nil : "reward model", hasJudge ? "rules" : nil]
    let title = "win rate by " + judges.compactMap { $0 }.joined(separator: " / ")
    return title + "\n" + figureTable(header: [""] + models.map { "vs \($0.name)" }, rows: rows)
  }

  /// Answers of all models to some prompts, spread over the list.
  private var sampleText: String {
    let count = min(configuration.samples, prompts.count)
    guard count > 0, models.contains(where: { $0.answers != nil }) else { return "" }
    let width = models.map(\.name.count).max() ?? 0
    let blocks = (0..<count).map { sample -> String in
      let index = sample * prompts.count / count
      let prompt = "prompt  " + Self.oneLine(prompts[index], keeping: .end)
      let answers = models.map { model -> String in
        let answer = model.answers?.answers[index]
        var marks: [String] = []
        if !model.rewards.isEmpty { marks.append(fixed(model.rewards[index], digits: 2)) }
        if !model.verdicts.isEmpty {
          marks.append("\(model.verdicts[index].satisfied)/\(model.verdicts[index].rules) rules")
        }
        let name = model.name.padding(toLength: width, withPad: " ", startingAt: 0)
        let note = marks.isEmpty ? "" : "[" + marks.joined(separator: ", ") + "] "
        return "  \(name)  \(note)" + Self.oneLine(answer?.text ?? "") + (answer?.ended == false ? " …" : "")
      }
      return ([prompt] + answers).joined(separator: "\n")
    }
    return blocks.joined(separator: "\n\n")
  }

  private static func figure(_ model: EvaluatedModel, _ name: String, _ digits: Int) -> String? {
    model.answers?.figures.first { $0.name == name }.map { fixed($0.value, digits: digits) }
  }

  private static func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + fixed(value, digits: 1) }

  private enum KeptPart {
    case start
    case end
  }

  /// The text in one line without control characters, cut to what people read; `report.json` has it whole.
  private static func oneLine(_ text: String, keeping part: KeptPart = .start) -> String {
    let line = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ⏎ ").trimmingCharacters(in: .whitespaces)
    let clean = String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    guard clean.count > 240 else { return clean }
    return part == .start ? clean.prefix(239) + "…" : "…" + clean.suffix(239)
  }
}
