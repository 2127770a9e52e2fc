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
        hint: "raise max_length, or set on_overlong to truncate or drop"))
  }

  /// Refuses a row in which both the data and the tokenizer put BOS or EOS.
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
