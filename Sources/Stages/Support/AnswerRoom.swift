import Alignment
import Diagnostics

/// Whether prompts leave room for answers within a model's positions.
struct AnswerRoom: Sendable {
  /// Most tokens of an answer.
  let answer: Int
  /// The key of the manifest that sets it.
  let key: String

  /// - Parameters:
  ///   - prompt: tokens of the longest prompt.
  ///   - line: 1-based line of the file.
  /// - Returns: nil if prompt and answer fit.
  func problem(prompt: Int, line: Int, file: String, positions: Int, of model: String) -> Diagnostic? {
    let (whole, overflow) = prompt.addingReportingOverflow(answer)
    guard overflow || whole > positions else { return nil }
    return Diagnostic(
      .sequenceTooLong,
      "the prompt has \(prompt) tokens; with \(key) \(answer) that is more than the \(positions) positions of"
        + " \(model)", at: SourceLocation(file: file, line: line),
      hint: answer < positions
        ? "set max_length to at most \(positions - answer), or a smaller \(key)" : "set a smaller \(key)")
  }
}
