import JSONText

extension RecordShape {
  static let ranked = RecordShape(
    keys: ["prompt", "ranked"], example: "{\"prompt\", \"ranked\": [best, …, worst]}"
  ) { row throws(RowProblem) in
    var groups: [[Content]] = []
    for item in try row.items("ranked") where !item.isNull {
      groups.append(try group(item))
    }
    return try ranking(row, groups, key: "ranked")
  }

  static let completionsWithRanks = RecordShape(
    keys: ["prompt", "completions", "ranks"], example: "{\"prompt\", \"completions\": […], \"ranks\": […]}"
  ) { row throws(RowProblem) in
    let completions = try row.items("completions")
    let ranks = try row.items("ranks")
    guard completions.count == ranks.count else {
      throw RowProblem(
        .wrongType, "\"ranks\" has \(ranks.count) entries for \(completions.count) completions", key: "ranks")
    }
    var answers: [(rank: Double, answer: Content)] = []
    for (completion, rank) in zip(completions, ranks) where !rank.isNull && !completion.isNull {
      guard let number = rank.doubleValue else {
        throw RowProblem(
          .wrongType, "\"ranks\" must hold numbers or nulls, not \(rank.typeName)", key: "ranks")
      }
      answers.append((number, try RowReader.content(completion, key: "completions")))
    }
    let ordered = Set(answers.map(\.rank)).sorted()
    let groups = ordered.map { rank in answers.filter { $0.rank == rank }.map(\.answer) }
    return try ranking(row, groups, key: "completions")
  }

  /// An answer, or several that are tied.
  private static func group(_ item: JSON) throws(RowProblem) -> [Content] {
    guard let items = item.arrayValue, items.first?.members == nil, !items.isEmpty else {
      return [try RowReader.content(item, key: "ranked")]
    }
    var answers: [Content] = []
    for item in items where !item.isNull { answers.append(try RowReader.content(item, key: "ranked")) }
    return answers
  }

  private static func ranking(
    _ row: RowReader, _ groups: [[Content]], key: String
  ) throws(RowProblem) -> Record {
    if row.has(["margin"]) {
      throw RowProblem(
        .wrongType, "\"margin\" has no effect on a ranked row", key: "margin",
        hint: "a margin belongs to a row with \"chosen\" and \"rejected\"; remove it here")
    }
    let prompt = try row.content("prompt")
    try prompt.checkPrompt(key: "prompt")
    let groups = groups.filter { !$0.isEmpty }
    for answer in groups.joined() { try answer.checkAnswer(key: key, to: prompt) }
    guard groups.count > 1 else {
      let found = groups.isEmpty ? "has no ranked answer" : "puts no answer before another"
      throw RowProblem(.noRanking, "\"\(key)\" \(found)", key: key, hint: "at least two ranks are needed")
    }
    for (index, group) in groups.enumerated() {
      let worse = groups[(index + 1)...].joined()
      if group.contains(where: { answer in worse.contains { $0.hasSameBytes(as: answer) } }) {
        throw RowProblem(
          .identicalPair, "two answers of different rank in \"\(key)\" are identical", key: key)
      }
    }
    return .ranked(prompt: prompt, groups: groups)
  }
}
