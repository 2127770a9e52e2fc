import Diagnostics

extension RowTokenizer {
  /// Refuses a row that lacks the part that alone is to be trained.
  func refuseParts(assistant: Bool, completion: Bool) throws(RowFailure) {
    if assistant {
      throw .row(
        RowProblem(
          .noAssistantTurn,
          "the row is no conversation, and assistant_only_loss trains only what the assistant says",
          hint: "remove assistant_only_loss, or give the row as messages"))
    }
    if completion {
      throw .row(
        RowProblem(
          .unknownShape, "the row has no completion, and completion_only_loss trains nothing else",
          hint: "remove completion_only_loss, or give the row as prompt and completion"))
    }
  }

  /// Refuses `completion_only_loss: false` where no row has a completion anyway.
  func checkEffect(of options: DemonstrationOptions, on records: [LocatedRecord]) throws(DiagnosticList) {
    let haveCompletions = records.contains { record in
      switch record.record {
      case .text, .labelled, .messages: false
      case .promptCompletion, .feedback, .preference, .ranked, .prompt: true
      }
    }
    if options.completionOnly != false || haveCompletions { return }
    throw DiagnosticList([
      Diagnostic(
        .optionWithoutEffect, "completion_only_loss has no effect: no row has prompt and completion",
        at: SourceLocation(file: file), hint: "remove the key")
    ])
  }
}
