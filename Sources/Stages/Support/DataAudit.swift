import DataLoading
import Diagnostics
import Pipeline
import Tokenization

/// Reads the data and the models of a stage before its first step: bad rows always, and what the stage would train
/// on where the tokenizer is already there.
///
/// `plumb check` shows what it finds, `plumb run` refuses to start with its errors, and a running stage, whose inputs
/// are all there, refuses to go on with them.
enum DataAudit {
  /// Rows for supervised training.
  ///
  /// - Parameter models: a look at the stage's models, where the kind took one already.
  static func demonstrations(
    _ inputs: [StageInput], ports: [String], options: DataOptions,
    form: DemonstrationOptions = DemonstrationOptions(), models: ModelAudit? = nil
  ) -> StageAudit {
    let models = models ?? ModelAudit(inputs)
    return audit(inputs, ports, options, models) { tokenizer, records in
      try tokenizer.demonstrations(records, options: form)
    } warnings: { rows, file in
      models.endlessAnswers(rows, file: file)
    }
  }

  /// Ranked answers, each scored as a whole.
  static func rankings(
    _ inputs: [StageInput], ports: [String], options: DataOptions, readsMargins: Bool = true,
    models: ModelAudit? = nil
  ) -> StageAudit {
    audit(inputs, ports, options, models) { try $0.rankings($1, readsMargins: readsMargins) }
  }

  /// Pairs of answers whose tokens are trained.
  static func pairs(
    _ inputs: [StageInput], ports: [String], options: DataOptions, models: ModelAudit? = nil
  ) -> StageAudit {
    audit(inputs, ports, options, models) { try $0.pairs($1) }
  }

  /// Answers that were rated one by one.
  static func feedback(
    _ inputs: [StageInput], ports: [String], options: DataOptions, models: ModelAudit? = nil
  ) -> StageAudit {
    audit(inputs, ports, options, models) { try $0.feedback($1) }
  }

  /// Prompts to sample answers to.
  ///
  /// - Parameter room: what answers need; nil if none are sampled.
  static func prompts(
    _ inputs: [StageInput], ports: [String], options: DataOptions, room: AnswerRoom? = nil,
    models: ModelAudit? = nil
  ) -> StageAudit {
    let models = models ?? ModelAudit(inputs)
    return audit(inputs, ports, options, models) { tokenizer, records in
      let result = try tokenizer.prompts(records)
      if let room, let longest = result.rows.max(by: { $0.ids.count < $1.ids.count }),
        let problem = room.problem(
          prompt: longest.ids.count, line: longest.line, file: tokenizer.file, positions: models.positions,
          of: "the stage's models")
      {
        throw DiagnosticList([problem])
      }
      return result
    }
  }

  /// Plain text: whether it can be read.
  static func texts(_ inputs: [StageInput], ports: [String], models: ModelAudit? = nil) -> StageAudit {
    var audit = StageAudit(diagnostics: (models ?? ModelAudit(inputs)).diagnostics)
    for input in inputs where ports.contains(input.port) {
      audit.diagnostics += problems {
        let file = try RecordFile.load(input.path, displayName: input.displayName, kind: .text)
        audit.inputs.append(InputAudit(input, file.report))
      }
    }
    return audit
  }

  private static func audit<Row: SurveyedRow>(
    _ inputs: [StageInput], _ ports: [String], _ options: DataOptions, _ models: ModelAudit?,
    _ tokenize: (RowTokenizer, [LocatedRecord]) throws -> TokenizedRows<Row>,
    warnings: ([Row], String) -> [Diagnostic] = { _, _ in [] }
  ) -> StageAudit {
    let models = models ?? ModelAudit(inputs)
    var audit = StageAudit(diagnostics: models.diagnostics)
    for input in inputs where ports.contains(input.port) {
      audit.diagnostics += problems {
        let file = try RecordFile.load(
          input.path, displayName: input.displayName, kind: try input.dataKind, onBadRow: options.onBadRow)
        audit.diagnostics += file.problems
        var found = InputAudit(input, file.report)
        defer { audit.inputs.append(found) }
        guard let tokenizer = models.tokenizer else { return }
        let rows = try options.clamped(to: models.positions).rowTokenizer(tokenizer, file: input.displayName)
        let result = try tokenize(rows, file.rows)
        found.add(result, tokenizer: tokenizer)
        audit.diagnostics += result.report.problems + result.report.boundaryWarnings(file: input.displayName)
        audit.diagnostics += warnings(result.rows, input.displayName)
      }
    }
    return audit
  }

  /// What a look at an input throws.
  static func problems(_ look: () throws -> Void) -> [Diagnostic] {
    do {
      try look()
      return []
    } catch let error as DiagnosticList {
      return error.diagnostics
    } catch let error as Diagnostic {
      return [error]
    } catch {
      return [Diagnostic(.unreadableFile, "\(error)")]
    }
  }
}

extension RowReport {
  /// Tells of prompts that a model will not see as it was trained on them.
  fileprivate func boundaryWarnings(file: String) -> [Diagnostic] {
    guard let count = remarks[.boundaryMerged] else { return [] }
    return [
      Diagnostic(
        .mergedBoundary,
        "in \(count) of \(kept) rows the prompt's last token and the answer's first are one: it is trained as"
          + " answer, and never follows the prompt alone", at: SourceLocation(file: file),
        hint: "end prompts with a line feed and start answers without a space, or the other way round",
        severity: .warning)
    ]
  }
}
