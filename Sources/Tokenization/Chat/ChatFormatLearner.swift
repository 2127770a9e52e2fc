/// Learns what a template puts around messages, and holds what it learnt against other renderings.
struct ChatFormatLearner {
  private let template: [JinjaStatement]
  private let beginOfText: String
  private let endOfText: String

  /// Contents that no template spells.
  private enum Mark {
    static let system = "Qs7system"
    static let user = "Qu1question"
    static let answer = "Qa2answer"
    static let second = "Qv3question"
  }

  init(source: String, beginOfText: String, endOfText: String) throws(JinjaFailure) {
    template = try JinjaParser.parse(source)
    self.beginOfText = beginOfText
    self.endOfText = endOfText
    // What is not supported has to be told, not taken for a refusal.
    _ = try render([.user(Mark.user)])
  }

  /// The format, if the template is of a known family and renders every probe as the format does.
  func format() -> ChatFormat? {
    guard var format = turns() else { return nil }
    learnSystem(&format)
    learnTrimming(&format)
    format.namesRoles = agrees(format.changing(\.namesRoles, true), Self.strangers)
    let anyOrder = format.system == nil ? Self.irregular : Self.irregular + Self.lateSystem
    format.takesAnyOrder = agrees(format.changing(\.takesAnyOrder, true), anyOrder)
    if format.system != nil, !agrees(format, Self.withSystem) {
      format.system = nil
      if format.defaultSystem != nil { return nil }
    }
    return agrees(format, Self.regular) ? format : nil
  }

  // MARK: Learning

  /// What stands around users and assistants, from conversations without a system message.
  private func turns() -> ChatFormat? {
    guard let alone = text([.user(Mark.user)]), let one = alone.cut(at: Mark.user),
      let answered = text([.user(Mark.user), .assistant(Mark.answer)]),
      let two = answered.cut(at: Mark.user, Mark.answer),
      let asked = text([.user(Mark.user), .assistant(Mark.answer), .user(Mark.second)]),
      let three = asked.cut(at: Mark.user, Mark.answer, Mark.second),
      let prompt = text([.user(Mark.user)], addGenerationPrompt: true)?.without(prefix: alone),
      let assistantBefore = two[1].without(prefix: one[1]),
      let userBefore = three[2].without(prefix: two[2]),
      let start = one[0].without(suffix: userBefore),
      assistantBefore.utf8.starts(with: prompt.utf8)
    else { return nil }
    let user = ChatFormat.Turn(before: userBefore, after: one[1])
    guard let family = ChatFamily.opening(user: user, assistant: assistantBefore) else { return nil }
    let end = family.endOfTurn ?? endOfText
    guard !end.isEmpty, two[2].firstPlace(of: end) != nil else { return nil }
    return ChatFormat(
      family: family, endOfTurn: end, start: start, user: user,
      assistant: ChatFormat.Turn(before: assistantBefore, after: two[2]), generationPrompt: prompt)
  }

  /// Where a system message goes, and which one stands in for a missing one.
  private func learnSystem(_ format: inout ChatFormat) {
    guard let whole = text([.system(Mark.system), .user(Mark.user)]),
      let parts = whole.cut(at: Mark.system, Mark.user)
    else { return }
    let opening = format.start + format.user.before
    if let after = parts[1].without(suffix: format.user.before) {
      if let before = parts[0].without(prefix: format.start), format.start.isEmpty || !before.isEmpty {
        format.system = ChatFormat.Turn(before: before, after: after)
      } else if let standing = format.start.without(prefix: parts[0])?.without(suffix: after) {
        format.defaultSystem = standing
        format.system = ChatFormat.Turn(before: parts[0], after: after)
        // What stands before the conversation counts as part of the system's turn, which is always there.
        format.start = ""
      }
    } else if let before = parts[0].without(prefix: opening) {
      format.system = ChatFormat.Turn(before: before, after: parts[1])
      format.foldsSystem = true
    }
    if format.family == .chatml, format.defaultSystem == ChatFamily.smolLMSystem { format.family = .smollm }
  }

  private func learnTrimming(_ format: inout ChatFormat) {
    func trims(_ messages: [ChatMessage], _ mark: String) -> Bool {
      text(messages)?.firstPlace(of: " \(mark)\n ") == nil
    }
    let (user, answer) = (ChatMessage.user(Mark.user), " \(Mark.answer)\n ")
    format.user.trims = trims([.user(" \(Mark.user)\n ")], Mark.user)
    format.assistant.trims = trims([user, .assistant(answer)], Mark.answer)
    format.system?.trims = trims([.system(" \(Mark.system)\n "), user], Mark.system)
  }

  // MARK: Holding against renderings

  /// Whether the format renders each conversation as the template does, refusals included.
  private func agrees(_ format: ChatFormat, _ probes: [[ChatMessage]]) -> Bool {
    probes.allSatisfy { messages in
      [false, true].allSatisfy { addsPrompt in
        let segments = format.segments(of: messages, addGenerationPrompt: addsPrompt)
        guard let segments, let text = text(messages, addGenerationPrompt: addsPrompt) else { return false }
        return segments.map(\.text).joined().hasSameBytes(as: text)
      }
    }
  }

  private static let odd = " \n<think>a</think> {{ x }}\t"

  private static let regular: [[ChatMessage]] = [
    [.user("a")], [.user("")], [.user(odd), .assistant(odd)], [.user("a"), .assistant("")],
    [.user("a"), .assistant("b"), .user("c")],
    [.user(odd), .assistant(odd), .user("a"), .assistant("<think>\n</think>b"), .user(" d")],
    [.user("a"), .assistant("b"), .user("c"), .assistant("d"), .user("e"), .assistant("f")],
  ]

  private static let withSystem =
    regular.map { [.system("s")] + $0 } + [
      [.system(""), .user("a")], [.system(odd), .user("a"), .assistant("b"), .user("c"), .assistant("d")],
    ]

  private static let strangers: [[ChatMessage]] = [
    [.user("a"), ChatMessage(role: "tool", content: "b")],
    [.user("a"), .assistant("b"), ChatMessage(role: "observer", content: " c")],
  ].map { $0 + [.user("d")] }

  private static let irregular: [[ChatMessage]] = [
    [.user("a"), .user("b")], [.assistant("a")], [.user("a"), .assistant("b"), .assistant("c")],
    [.assistant("a"), .user("b"), .assistant("c")],
  ]

  private static let lateSystem: [[ChatMessage]] = [[.user("a"), .system("b"), .user("c")]]

  // MARK: Rendering

  /// The rendering; nil if the template refuses the conversation.
  private func text(_ messages: [ChatMessage], addGenerationPrompt: Bool = false) -> String? {
    try? render(messages, addGenerationPrompt: addGenerationPrompt)
  }

  private func render(_ messages: [ChatMessage], addGenerationPrompt: Bool = false) throws(JinjaFailure)
    -> String
  {
    var variables: [String: JinjaValue] = [
      "messages": .list(
        messages.map { .object(["role": .string($0.role), "content": .string($0.content)]) }),
      "add_generation_prompt": .bool(addGenerationPrompt), "tools": .none, "documents": .none,
      // There, so that templates ask for it; what it gives changes from day to day.
      "strftime_now": .bool(true),
    ]
    if !beginOfText.isEmpty { variables["bos_token"] = .string(beginOfText) }
    if !endOfText.isEmpty { variables["eos_token"] = .string(endOfText) }
    return try JinjaInterpreter.render(template, variables)
  }
}

extension ChatMessage {
  fileprivate static func system(_ content: String) -> ChatMessage {
    ChatMessage(role: "system", content: content)
  }
  fileprivate static func user(_ content: String) -> ChatMessage {
    ChatMessage(role: "user", content: content)
  }
  fileprivate static func assistant(_ content: String) -> ChatMessage {
    ChatMessage(role: "assistant", content: content)
  }
}

extension ChatFormat {
  fileprivate func changing(_ key: WritableKeyPath<ChatFormat, Bool>, _ value: Bool) -> ChatFormat {
    var copy = self
    copy[keyPath: key] = value
    copy.takesAnyOrder = true
    return copy
  }
}

extension String {
  /// What stands before, between and after the marks; nil unless each occurs once, in order.
  fileprivate func cut(at marks: String...) -> [String]? {
    var parts: [String] = []
    var rest = self
    for mark in marks {
      guard let place = rest.firstPlace(of: mark) else { return nil }
      parts.append(String(rest[..<place.lowerBound]))
      rest = String(rest[place.upperBound...])
      if rest.firstPlace(of: mark) != nil { return nil }
    }
    return parts + [rest]
  }

  fileprivate func without(prefix: String) -> String? {
    utf8.starts(with: prefix.utf8) ? String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
  }

  fileprivate func without(suffix: String) -> String? {
    utf8.reversed().starts(with: suffix.utf8.reversed())
      ? String(decoding: utf8.dropLast(suffix.utf8.count), as: UTF8.self) : nil
  }
}
