import JSONText

/// How the answers of two evaluations differ, prompt by prompt and model by model.
struct AnswerChanges {
  struct Change {
    var prompt: String
    var model: String
    var old: ReportAnswers.Answer
    var new: ReportAnswers.Answer
  }

  /// Answers of models of the same name to the same prompts that are not the same.
  private(set) var changed: [Change] = []
  private(set) var same = 0

  init(_ old: ReportAnswers, _ new: ReportAnswers) {
    let places = Dictionary(old.prompts.enumerated().map { ($1, $0) }) { first, _ in first }
    for (index, prompt) in new.prompts.enumerated() {
      guard let place = places[prompt] else { continue }
      for (model, answers) in new.answers.sorted(by: { $0.key < $1.key }) {
        guard let before = old.answers[model], before.indices.contains(place), answers.indices.contains(index)
        else { continue }
        if before[place].text == answers[index].text {
          same += 1
        } else {
          changed.append(Change(prompt: prompt, model: model, old: before[place], new: answers[index]))
        }
      }
    }
  }

  var json: JSON { ["changed": .integer(changed.count), "same": .integer(same)] }

  /// - Parameter limit: at most so many answers side by side.
  func text(limit: Int, _ style: Style) -> String {
    var text = "\nanswers: \(changed.count) changed, \(same) the same\n"
    for change in changed.prefix(limit) {
      text += "\n\(style.dim("prompt")) \(change.prompt.oneLine.truncated(to: 100))\n"
      for (sign, answer) in [("-", change.old), ("+", change.new)] {
        let reward = answer.reward.map { " [\(Figures.metric($0))]" } ?? ""
        text +=
          "\(style.change(sign, "\(sign) \(change.model)\(reward) \(answer.text.oneLine.truncated(to: 240))"))\n"
      }
    }
    if changed.count > limit { text += style.dim("… and \(changed.count - limit) more; --all shows them\n") }
    return text
  }
}

extension Style {
  /// A line that is gone or new, in the colours of other tools that compare.
  func change(_ sign: String, _ line: String) -> String { sign == "-" ? red(line) : green(line) }
}
