import Tokenization

/// Finds the prompt that two whole conversations share.
enum ImplicitPrompt {
  private static let humanMark = "\n\nHuman:"
  private static let assistantMark = "\n\nAssistant:"

  typealias Parts = (prompt: Content, chosen: Content, rejected: Content)

  static func split(chosen: Content, rejected: Content) throws(RowProblem) -> Parts {
    switch (chosen, rejected) {
    case (.messages(let chosen), .messages(let rejected)): return try split(chosen, rejected)
    case (.text(let chosen), .text(let rejected)):
      // Transcripts of Anthropic's HH-RLHF end with the answer; a shared beginning of both answers stays theirs.
      if let first = transcript(chosen), let second = transcript(rejected) { return try split(first, second) }
      return try split(chosen, rejected)
    default:
      throw RowProblem(
        .wrongType, "\"chosen\" and \"rejected\" must both be strings or both be lists of messages",
        key: "rejected")
    }
  }

  private static func split(
    _ chosen: [ChatMessage], _ rejected: [ChatMessage]
  ) throws(RowProblem) -> Parts {
    var shared = zip(chosen, rejected).prefix { a, b in
      Content.messages([a]).hasSameBytes(as: .messages([b]))
    }.count
    // Where one conversation is the start of the other, its last answer is still an answer.
    if shared == min(chosen.count, rejected.count) { shared -= 1 }
    if shared <= 0 { throw differentPrompts }
    return (
      .messages(Array(chosen[..<shared])), .messages(Array(chosen[shared...])),
      .messages(Array(rejected[shared...]))
    )
  }

  /// TRL's `extract_prompt`: the common beginning, without a space that both answers start with.
  private static func split(_ chosen: String, _ rejected: String) throws(RowProblem) -> Parts {
    let first = chosen.unicodeScalars
    let second = rejected.unicodeScalars
    var shared = zip(first, second).prefix { $0 == $1 }.count
    if shared > 0, first.dropFirst(shared - 1).first == " " { shared -= 1 }
    if shared == 0 { throw differentPrompts }
    return (
      .text(String(first.prefix(shared))), .text(String(first.dropFirst(shared))),
      .text(String(second.dropFirst(shared)))
    )
  }

  private static func split(
    _ chosen: (prompt: String, answer: String), _ rejected: (prompt: String, answer: String)
  ) throws(RowProblem) -> Parts {
    guard chosen.prompt.utf8.elementsEqual(rejected.prompt.utf8) else { throw differentPrompts }
    return (.text(chosen.prompt), .text(chosen.answer), .text(rejected.answer))
  }

  /// A transcript cut behind the mark of its last assistant turn; nil if the text is none.
  private static func transcript(_ text: String) -> (prompt: String, answer: String)? {
    let bytes = Array(text.utf8)
    let mark = Array(assistantMark.utf8)
    guard bytes.starts(with: humanMark.utf8) || bytes.starts(with: humanMark.utf8.dropFirst(2)) else {
      return nil
    }
    var start = bytes.count - mark.count
    while start >= 0, !bytes[start..<start + mark.count].elementsEqual(mark) { start -= 1 }
    guard start >= 0 else { return nil }
    let end = start + mark.count
    return (String(decoding: bytes[..<end], as: UTF8.self), String(decoding: bytes[end...], as: UTF8.self))
  }

  private static let differentPrompts = RowProblem(
    .differentPrompts, "\"chosen\" and \"rejected\" have no prompt in common", key: "rejected",
    hint: "both must start with the same prompt, or the row must have a \"prompt\"")
}
