import DataLoading
import Diagnostics
import JSONText
import LanguageModels
import Pipeline

/// Reads the rows of a classify stage before anything runs: bad rows, labels, and texts that are both trained and
/// measured on.
struct LabelAudit {
  /// Labels listed one by one in a note.
  private static let shownLabels = 12

  private let configuration: ClassifyStage.Configuration
  private let inputs: [StageInput]

  init(_ configuration: ClassifyStage.Configuration, _ inputs: [StageInput]) {
    self.configuration = configuration
    self.inputs = inputs
  }

  static func leakMessage(_ count: Int, of held: Int) -> String {
    "\(count) of \(held) held-out rows have a text that is trained on too: the figures are too good"
  }

  func audit() -> StageAudit {
    let models = ModelAudit(inputs, lora: configuration.training.lora)
    var audit = StageAudit(diagnostics: models.diagnostics)
    audit.diagnostics += DataAudit.problems {
      guard let data = try read("data", models, &audit) else { return }
      let validation = try read("validation", models, &audit)
      // What is wrong with a classifier has been said.
      let known = inputs.first { $0.port == "model" }.flatMap { try? $0.knownLabels }
      let rows = try configuration.rows(data, validation, known: known)
      audit.notes.append("\(rows.training.count) rows are trained on, \(rows.held.count) are held out")
      if let first = rows.leaks.first {
        audit.diagnostics.append(
          Diagnostic(
            .leakedRows, Self.leakMessage(rows.leaks.count, of: rows.held.count),
            at: SourceLocation(file: validation?.file ?? data.file, line: first.line),
            hint: "remove repeated texts from the data", severity: .warning))
      }
    }
    return audit
  }

  private func read(
    _ port: String, _ models: ModelAudit, _ audit: inout StageAudit
  ) throws -> ClassificationRows.Source? {
    guard let input = inputs.first(where: { $0.port == port }) else { return nil }
    let options = configuration.data.clamped(to: models.positions)
    let file = try RecordFile.load(
      input.path, displayName: input.displayName, kind: try input.dataKind, onBadRow: options.onBadRow)
    audit.diagnostics += file.problems
    var found = InputAudit(input, file.report)
    var rows = file.rows.compactMap(Self.untokenized)
    if let tokenizer = models.tokenizer {
      let result = try options.rowTokenizer(tokenizer, file: input.displayName).labelledTexts(file.rows)
      audit.diagnostics += result.report.problems
      rows = result.rows
      found.add(result, tokenizer: tokenizer)
      let lengths = rows.map { Double($0.ids.count) }
      found.distributions = [Distribution("text", unit: "tokens", values: lengths)].compactMap { $0 }
    }
    let counts = Self.counts(rows)
    found.counts = .object(
      (found.counts.members ?? []) + [
        JSON.Member("labels", .object(counts.map { JSON.Member($0.label, .integer($0.count)) }))
      ])
    audit.inputs.append(found)
    audit.notes.append("\(input.label): \(Self.summary(counts))")
    return ClassificationRows.Source(file: input.displayName, rows: rows)
  }

  private static func summary(_ counts: [(label: String, count: Int)]) -> String {
    let listed = counts.prefix(shownLabels).map { "\($0.label) \($0.count)" }.joined(separator: ", ")
    let rest = counts.dropFirst(shownLabels)
    guard let most = rest.first, let least = rest.last else { return "\(counts.count) labels: \(listed)" }
    return "\(counts.count) labels: \(listed), \(rest.count) more with \(least.count) to \(most.count) rows"
  }

  private static func untokenized(_ record: LocatedRecord) -> LabelledText? {
    guard case .labelled(let text, let label) = record.record else { return nil }
    return LabelledText(text: text, ids: [], label: label, line: record.line)
  }

  /// Rows of each label, the most frequent first.
  private static func counts(_ rows: [LabelledText]) -> [(label: String, count: Int)] {
    let counts = rows.reduce(into: [String: Int]()) { $0[$1.label, default: 0] += 1 }
    return counts.map { (label: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.label) < ($0.count, $1.label) }
  }
}
