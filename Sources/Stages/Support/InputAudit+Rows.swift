import DataLoading
import JSONText
import Pipeline
import Tokenization

extension InputAudit {
  /// Rows shown of an input.
  private static let shownRows = 3

  /// An input whose rows were read but not tokenised.
  init(_ input: StageInput, _ report: RowReport) {
    self.init(label: input.label, port: input.port, rows: report.kept, counts: report.json)
    count(report)
  }

  /// Adds what tokenised rows look like: lengths, shares of trained tokens, and some rows, spread over the file.
  mutating func add<Row: SurveyedRow>(_ result: TokenizedRows<Row>, tokenizer: Tokenizer) {
    rows = result.report.kept
    counts = .object((counts.members ?? []) + [JSON.Member("tokenized", result.report.json)])
    count(result.report)
    marks = Row.marks
    distributions = Self.distributions(result.rows)
    let shown = min(Self.shownRows, result.rows.count)
    samples = (0..<shown).map { index in
      let row = result.rows[index * result.rows.count / shown]
      return RowSample(
        line: row.line,
        texts: row.texts.map { MarkedText($0.sequence, label: $0.label, tokenizer: tokenizer) })
    }
  }

  private mutating func count(_ report: RowReport) {
    dropped += BadRowReason.allCases.compactMap { reason in
      report.dropped[reason].map { (reason.rawValue, $0) }
    }
    remarks += RowRemark.allCases.compactMap { remark in
      report.remarks[remark].map { (remark.rawValue, remark.text, $0) }
    }
  }

  private static func distributions<Row: SurveyedRow>(_ rows: [Row]) -> [Distribution] {
    let texts = rows.map(\.texts)
    func tokens(_ name: String, _ values: [Int]) -> Distribution? {
      Distribution(name, unit: "tokens", values: values.map(Double.init))
    }
    let sequences = texts.flatMap { $0 }
    var found = [tokens("prompt", texts.compactMap { $0.first?.sequence.completionStart })]
    if Row.marks != nil {
      var labels: [String?] = []
      for text in sequences where !labels.contains(text.label) { labels.append(text.label) }
      found += labels.map { label in
        tokens(
          label ?? "answer",
          sequences.filter { $0.label == label }.map { $0.sequence.ids.count - $0.sequence.completionStart })
      }
      found.append(tokens("whole", texts.map { $0.map(\.sequence.ids.count).max() ?? 0 }))
    }
    if Row.marks == TokenizedSequence.marks {
      let shares = sequences.map {
        100 * Double($0.sequence.trainedCount) / Double(max(1, $0.sequence.ids.count))
      }
      found.append(Distribution("trained", unit: "%", values: shares))
    }
    // Rows without a prompt, or texts of a prompt alone, have nothing to tell of it.
    return found.compactMap { $0 }.filter { $0.greatest > 0 }
  }
}

extension MarkedText {
  init(_ sequence: TokenizedSequence, label: String?, tokenizer: Tokenizer) {
    self.init(
      label: label,
      tokens: sequence.markedTokens(tokenizer: tokenizer).map {
        Token(id: $0.id, text: $0.text, isMarked: $0.isTrained, isSpecial: $0.isSpecial)
      })
  }
}

extension RowRemark {
  /// What holds for the rows, after their number.
  var text: String {
    switch self {
    case .truncated: "cut to max_length"
    case .endLost: "lose their EOS by it"
    case .boundaryMerged: "merge the prompt's end with the answer"
    }
  }
}
