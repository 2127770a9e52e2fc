/// What a template does, free of how it is written, to compare it with known templates.
struct JinjaOutline: Hashable {
  private enum Step: Hashable {
    case statement([JinjaExpression.Token])
    /// Text and values that are put out one after the other.
    case output([[JinjaExpression.Token]])
  }

  private var steps: [Step] = []

  init(_ source: String) {
    guard let parts = JinjaLexer.parts(of: source) else { return }
    for part in parts {
      switch part {
      case .text(let text): append([[.literal(text)]])
      case .output(let expression): append(JinjaExpression(expression).operands)
      case .statement(let statement):
        let tokens = JinjaExpression(statement).tokens
        // Marks what an assistant says; it changes nothing in the text.
        if tokens == [.symbol("generation")] || tokens == [.symbol("endgeneration")] { continue }
        steps.append(.statement(tokens))
      }
    }
  }

  private mutating func append(_ operands: [[JinjaExpression.Token]]) {
    var output = operands
    if case .output(let before)? = steps.last {
      output = before
      for operand in operands { output.appendJoiningLiterals(operand) }
      steps.removeLast()
    }
    steps.append(.output(output))
  }

  /// Removes a leading `{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}`,
  /// which changes nothing.
  mutating func removeDefaultOfGenerationPrompt() {
    let set = Self.statement("set add_generation_prompt = false")
    let conditions = ["if not add_generation_prompt is defined", "if add_generation_prompt is not defined"]
    guard steps.count >= 3, conditions.contains(where: { steps[0] == Self.statement($0) }), steps[1] == set,
      steps[2] == Self.statement("endif")
    else { return }
    steps.removeFirst(3)
  }

  /// Removes the part of a ChatML template that puts in a system message where there is none, and returns its text.
  mutating func removeDefaultSystem() -> String? {
    let conditions = [
      "if loop.first and messages[0]['role'] != 'system'", "if loop.first and message['role'] != 'system'",
    ]
    guard steps.count >= 4, conditions.contains(where: { steps[1] == Self.statement($0) }),
      case .output(let operands) = steps[2], operands.count == 1, operands[0].count == 1,
      case .literal(let text) = operands[0][0], steps[3] == Self.statement("endif")
    else { return nil }
    let opening = "\(ChatMLMarker.start)system\n"
    let ending = "\(ChatMLMarker.end)\n"
    guard text.hasPrefix(opening), text.hasSuffix(ending),
      text.utf8.count >= opening.utf8.count + ending.utf8.count
    else { return nil }
    steps.removeSubrange(1...3)
    return String(text.dropFirst(opening.count).dropLast(ending.count))
  }

  private static func statement(_ source: String) -> Step { .statement(JinjaExpression(source).tokens) }
}
