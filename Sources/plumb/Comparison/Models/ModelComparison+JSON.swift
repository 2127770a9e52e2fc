import JSONText

extension ModelComparison {
  /// Schema `plumb.compare/1`; lists of values are in the order of the models.
  ///
  /// - Parameter samples: so many prompts with the answers of all.
  func json(samples: Int) -> JSON {
    [
      "schema": "plumb.compare/1", "models": .array(models.map(\.json)),
      "figures": .array(rows.map(\.json)),
      "head_to_head": .array(headToHeads.map { $0.json(models) }),
      "cost": .array(
        cost.map { row in
          [
            "name": .string(row.name), "unit": .string(row.unit),
            "values": .array(row.values.map { JSON($0) }),
          ]
        }),
      "settings": .array(
        settings.map { setting in
          ["name": .string(setting.name), "values": .array(setting.values.map { $0?.json ?? .null })]
        }),
      "stages": .array(
        steps.map { step in
          [
            "name": .string(step.name), "shared": .bool(step.isShared),
            "executions": .array(step.executions.map { JSON($0?.id.text) }),
          ]
        }),
      "samples": .array(
        sampled(samples).map { sample in
          [
            "prompt": .string(sample.prompt),
            "answers": .array(
              sample.answers.map { answer in
                guard let answer else { return .null }
                return [
                  "text": .string(answer.text), "ended": .bool(answer.ended), "reward": JSON(answer.reward),
                ]
              }),
          ]
        }),
      "notes": .array(notes.map(JSON.string)),
    ]
  }
}

extension ComparedModel {
  fileprivate var json: JSON {
    [
      "label": .string(label), "kind": .string(kind), "run": .string(run.summary.id.text),
      "stage": JSON(training?.stage), "execution": JSON(training?.id.text),
      "model": JSON(artifact?.digest.text),
      "evaluation": JSON(evaluation?.origin.text), "evaluated_as": JSON(name), "command": .string(command),
    ]
  }
}

extension ModelComparison.Row {
  fileprivate var json: JSON {
    [
      "key": .string(figure.key), "title": .string(figure.title), "unit": .string(figure.unit),
      "better": JSON(figure.better?.rawValue),
      "values": .array(
        values.map { value in
          guard let value else { return .null }
          return ["value": JSON(value.value), "standard_error": JSON(value.standardError)]
        }),
      "best": .array(best.sorted().map(JSON.integer)),
    ]
  }
}
