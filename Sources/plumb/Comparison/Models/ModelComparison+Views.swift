import JSONText

extension ModelComparison {
  /// A prompt with what each model answered; nil where it was not asked.
  struct Sample: Sendable {
    var prompt: String
    var answers: [ReportAnswers.Answer?]
  }

  /// What making the models took.
  struct Cost: Sendable {
    var name: String
    var unit: String
    var values: [Double?]
  }

  /// Some prompts of the first model that was asked any, with the answers of all that were asked the same.
  func sampled(_ count: Int) -> [Sample] {
    guard let asked = models.first(where: { $0.answers?.prompts.isEmpty == false })?.answers else {
      return []
    }
    let places = models.map { model in
      Dictionary((model.answers?.prompts ?? []).enumerated().map { ($1, $0) }) { first, _ in first }
    }
    return asked.sample(count).map { index in
      let prompt = asked.prompts[index]
      return Sample(
        prompt: prompt,
        answers: zip(models, places).map { model, places in
          guard let place = places[prompt], let list = model.name.flatMap({ model.answers?.answers[$0] }),
            list.indices.contains(place)
          else { return nil }
          return list[place]
        })
    }
  }

  /// Time of the training itself and of everything behind it, the memory it took, and how much it read or
  /// played through.
  var cost: [Cost] {
    let last = { (model: ComparedModel, name: String) in model.series.first { $0.name == name }?.points.last }
    let rows = [
      Cost(name: "training time", unit: "s", values: models.map { $0.training?.secondsOfAttempts }),
      Cost(
        name: "time with all before it", unit: "s",
        values: models.indices.map { index in
          let seconds = steps.compactMap { $0.executions[index]?.secondsOfAttempts }
          return seconds.isEmpty ? nil : seconds.reduce(0, +)
        }),
      Cost(
        name: "peak memory", unit: "bytes",
        values: models.map { $0.training?.usage.peakMemory.map(Double.init) }),
      Cost(name: "tokens trained on", unit: "tokens", values: models.map { last($0, "num_tokens")?.value }),
      Cost(name: "episodes", unit: "answers", values: models.map { last($0, "episode")?.value }),
    ]
    return rows.filter { row in row.values.contains { $0 != nil } }
  }
}

extension ComparedModel {
  /// The command that makes the model again from the same manifest and data.
  var command: String {
    var words = ["plumb", "run", run.summary.manifestPath.shellQuoted]
    for member in run.parameters.members ?? [] {
      words += ["--set", "\(member.key)=\(member.value.scalarText)".shellQuoted]
    }
    for member in run.choices.members ?? [] {
      words += ["--choose", "\(member.key)=\(member.value.scalarText)".shellQuoted]
    }
    return words.joined(separator: " ")
  }

  /// Such as `align (dpo)`.
  var title: String { training.map { "\($0.stage) (\($0.kind))" } ?? label }
}
