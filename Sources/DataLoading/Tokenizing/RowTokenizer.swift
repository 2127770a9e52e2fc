import Diagnostics
import Tokenization

/// Turns records into token sequences by TRL 1.16's rules, with spans fixed before tokenisation.
///
/// Text rows: the EOS string is appended unless the text ends with it, and the post-processor's tokens (such as BOS)
/// go around prompt and whole alike. Conversations: the chat template alone decides. The answer starts where the ids
/// of the prompt and of the whole part. Source: `trl/trainer/{sft,dpo,reward}_trainer.py` 1.16.0.
public struct RowTokenizer: Sendable {
  public let tokenizer: Tokenizer
  /// Tokens a row may have.
  public let maximumLength: Int
  public let onOverlong: OnOverlong
  /// What the file is called in messages.
  public let file: String

  public init(tokenizer: Tokenizer, maximumLength: Int, onOverlong: OnOverlong, file: String) {
    precondition(maximumLength > 0, "rows of \(maximumLength) tokens")
    self.tokenizer = tokenizer
    self.maximumLength = maximumLength
    self.onOverlong = onOverlong
    self.file = file
  }

  /// A row as text, before it becomes ids.
  struct Rendering {
    var text: String
    /// Whether the post-processor's tokens go around it.
    var addsSpecialTokens: Bool
  }

  // MARK: Rendering

  /// The prompt, up to where an answer starts.
  func render(prompt: Content) throws(RowFailure) -> Rendering {
    switch prompt {
    case .text(let text): return Rendering(text: text, addsSpecialTokens: true)
    case .messages(let messages):
      return try render(messages, addGenerationPrompt: true)
    }
  }

  /// Prompt and answer together, ended as the model is to end it.
  func render(prompt: Content, answer: Content) throws(RowFailure) -> Rendering {
    switch (prompt, answer) {
    case (.messages(let turns), .messages(let answer)):
      return try render(turns + answer, addGenerationPrompt: false)
    default: return Rendering(text: prompt.plainText + ended(answer.plainText), addsSpecialTokens: true)
    }
  }

  func render(_ messages: [ChatMessage], addGenerationPrompt: Bool) throws(RowFailure) -> Rendering {
    let segments = try segments(of: messages, addGenerationPrompt: addGenerationPrompt)
    return Rendering(text: segments.map(\.text).joined(), addsSpecialTokens: false)
  }

  func segments(
    of messages: [ChatMessage], addGenerationPrompt: Bool = false
  ) throws(RowFailure) -> [ChatSegment] {
    guard let template = tokenizer.chatTemplate else {
      throw .whole(
        Diagnostic(
          .noChatTemplate, "the rows are conversations, but the tokenizer declares no chat template",
          at: SourceLocation(file: file),
          hint: "add chat_template.jinja to the model's directory, or give prompt and completion as text"))
    }
    do throws(Diagnostic) {
      return try template.render(messages, addGenerationPrompt: addGenerationPrompt)
    } catch {
      throw .whole(error)
    }
  }

  /// The text with the EOS string at its end, once.
  func ended(_ text: String) -> String {
    guard let eos = tokenizer.specialTokens.eos?.text, !text.utf8.reversed().starts(with: eos.utf8.reversed())
    else { return text }
    return text + eos
  }

  // MARK: Ids

  func ids(_ rendering: Rendering) -> [Int32] {
    tokenizer.encode(rendering.text, addSpecialTokens: rendering.addsSpecialTokens)
  }

  /// How many ids two sequences start with in common.
  func commonPrefix(_ a: [Int32], _ b: [Int32]) -> Int { zip(a, b).prefix { $0 == $1 }.count }

  /// Where an answer starts: where the ids of the prompt and of the whole part.
  func boundary(of prompt: [Int32], in whole: [Int32], _ remarks: inout Set<RowRemark>) -> Int {
    let shared = commonPrefix(prompt, whole)
    if shared < prompt.count { remarks.insert(.boundaryMerged) }
    return shared
  }

  /// The tokens that end an answer: EOS, and what the chat template ends a turn with.
  var endIDs: Set<Int32> {
    let endOfTurn = tokenizer.chatTemplate?.endOfTurn.flatMap { tokenizer.id(of: $0) }
    return Set([tokenizer.specialTokens.eos?.id, endOfTurn].compactMap { $0 })
  }

  /// A row as it is used, cut to the maximum where `onOverlong` lets it.
  func fitted(
    _ sequence: TokenizedSequence, _ remarks: inout Set<RowRemark>
  ) throws(RowFailure) -> TokenizedSequence {
    try checkLength(sequence.ids.count)
    guard sequence.ids.count > maximumLength else { return sequence }
    remarks.insert(.truncated)
    let ends = endIDs
    let lost = sequence.ids.indices.dropFirst(maximumLength)
    if lost.contains(where: { sequence.trained[$0] && ends.contains(sequence.ids[$0]) }) {
      remarks.insert(.endLost)
    }
    return sequence.truncated(to: maximumLength)
  }

  // MARK: Problems

  func diagnostic(_ problem: RowProblem, line: Int) -> Diagnostic {
    Diagnostic(
      problem.reason.code, problem.message, at: SourceLocation(file: file, line: line), hint: problem.hint)
  }

  /// Applies `onOverlong` to a row of `length` tokens: returns if it may be kept, cut to the maximum.
  func checkLength(_ length: Int) throws(RowFailure) {
    if length <= maximumLength || onOverlong == .truncate { return }
    throw .row(
      RowProblem(
        .overlong, "the row has \(length) tokens, more than max_length \(maximumLength)",
        hint: onOverlong == .drop
          ? "raise max_length to keep it" : "raise max_length, or set on_overlong to truncate or drop"))
  }

  /// Refuses a row whose prompt leaves no room for an answer, whatever `onOverlong` says.
  func checkRoom(promptLength: Int) throws(RowFailure) {
    if promptLength < maximumLength { return }
    throw .row(
      RowProblem(
        .truncatedAway,
        "the prompt has \(promptLength) tokens and leaves no room for an answer within max_length "
          + "\(maximumLength)"))
  }

  /// Refuses a row in which both the data and the tokenizer put BOS or EOS, or both the data and the chat template an
  /// end of a turn.
  func checkDoubled(_ ids: [Int32]) throws(RowFailure) {
    let special = tokenizer.specialTokens
    if let bos = special.bos, ids.count > 1, ids[0] == bos.id, ids[1] == bos.id {
      throw .row(
        RowProblem(
          .doubledBOS, "the row starts with \(bos.text) twice",
          hint: "the tokenizer adds \(bos.text) itself: remove it from the data"))
    }
    if let eos = special.eos, ids.count > 1, ids[ids.count - 1] == eos.id, ids[ids.count - 2] == eos.id {
      throw .row(
        RowProblem(
          .doubledEOS, "the row ends with \(eos.text) twice",
          hint:
            "\(eos.text) is appended where it is missing: remove one from the data or the tokenizer's template"
        ))
    }
    guard let end = tokenizer.chatTemplate?.endOfTurn, let id = tokenizer.id(of: end), id != special.eos?.id,
      zip(ids, ids.dropFirst()).contains(where: { $0 == id && $1 == id })
    else { return }
    throw .row(
      RowProblem(
        .doubledEOS, "a turn of the row ends with \(end) twice",
        hint: "the chat template ends turns itself: remove \(end) from the data"))
  }
}

extension Content {
  /// The text, or the texts of all messages.
  var plainText: String {
    switch self {
    case .text(let text): text
    case .messages(let messages): messages.map(\.content).joined()
    }
  }
}
