import DataLoading
import Diagnostics
import JSONText
import LanguageModels
import Pipeline
import Tokenization

/// Reads the data of a running stage's inputs, tells of rows that are left out, and keeps the counts.
final class StageData {
  private let context: StageContext
  private let options: DataOptions
  private let tokenizer: Tokenizer
  private var counts: [JSON.Member] = []

  /// - Parameter maximumLength: bounds the options' own, such as a model's positions.
  init(_ context: StageContext, _ options: DataOptions, _ tokenizer: Tokenizer, maximumLength: Int) {
    self.context = context
    self.options = options.clamped(to: maximumLength)
    self.tokenizer = tokenizer
  }

  /// Most tokens of a row.
  var maximumLength: Int { options.maximumLength }

  /// Rows for supervised training; empty for a port without input.
  func demonstrations(_ port: String, _ options: DemonstrationOptions = DemonstrationOptions()) throws
    -> [TokenizedSequence]
  {
    try rows(port) { try $0.demonstrations($1, options: options) }
  }

  func rankings(_ port: String, readsMargins: Bool = true) throws -> [TokenizedRanking] {
    try rows(port) { try $0.rankings($1, readsMargins: readsMargins) }
  }

  func pairs(_ port: String) throws -> [TokenizedPair] { try rows(port) { try $0.pairs($1) } }

  func feedback(_ port: String) throws -> [TokenizedFeedback] { try rows(port) { try $0.feedback($1) } }

  func prompts(_ port: String) throws -> [TokenizedPrompt] { try rows(port) { try $0.prompts($1) } }

  func labelledTexts(_ port: String) throws -> [LabelledText] { try rows(port) { try $0.labelledTexts($1) } }

  /// Plain text cut into segments of `length` tokens, documents separated by EOS.
  func packedText(_ port: String, length: Int, documentSeparator: String) throws -> [TokenizedSequence] {
    let packer = CorpusPacker(
      tokenizer: tokenizer, segmentLength: length,
      documentSeparator: documentSeparator.isEmpty ? nil : documentSeparator)
    return try context.inputs(port).flatMap { input in
      let file = try RecordFile.load(
        input.path, displayName: input.displayName, kind: .text, onBadRow: options.onBadRow)
      note(input, file.report)
      return packer.segments(of: file.rows)
    }
  }

  /// Stores the counts of used and dropped rows with an output, and a trained model's adapter, before other facts.
  func describe(_ port: String, _ model: LanguageModel? = nil, beside facts: [JSON.Member] = []) {
    var members = [JSON.Member("data", .object(counts))]
    if let model, let adaptation = model.adaptation {
      members.append(JSON.Member("adapter", adaptation.facts(trained: model.parameters.trainedValues.count)))
    }
    context.events.describe(port: port, .object(members + facts))
  }

  private func rows<Row>(
    _ port: String, _ tokenize: (RowTokenizer, [LocatedRecord]) throws -> TokenizedRows<Row>
  ) throws -> [Row] {
    guard let input = context.input(port) else { return [] }
    let file = try RecordFile.load(
      input.path, displayName: input.displayName, kind: try input.dataKind, onBadRow: options.onBadRow)
    let result = try tokenize(options.rowTokenizer(tokenizer, file: input.displayName), file.rows)
    note(input, file.report)
    if result.report.droppedCount > 0 { note(input, result.report, suffix: " (tokenized)") }
    return result.rows
  }

  private func note(_ input: StageInput, _ report: RowReport, suffix: String = "") {
    counts.append(JSON.Member(input.label + suffix, report.json))
    // The look at the inputs warned of the rows that it could read; the stage's log keeps their places.
    for problem in report.problems {
      let place = problem.location.map { "\($0): " } ?? ""
      context.events.log(.info, place + problem.message)
    }
    if report.droppedCount > 0 {
      context.events.log(
        .warning, "\(input.displayName): \(report.droppedCount) rows dropped, \(report.kept) kept")
    }
    for remark in RowRemark.allCases {
      guard let count = report.remarks[remark] else { continue }
      context.events.log(.info, "\(input.displayName): \(count) of \(report.kept) rows \(remark.text)")
    }
  }
}

extension DataOptions {
  /// The same options with rows no longer than a model's positions.
  func clamped(to positions: Int) -> DataOptions {
    var options = self
    options.maximumLength = min(maximumLength, positions)
    return options
  }

  func rowTokenizer(_ tokenizer: Tokenizer, file: String) throws(Diagnostic) -> RowTokenizer {
    RowTokenizer(
      tokenizer: try declared(on: tokenizer), maximumLength: maximumLength, onOverlong: onOverlong, file: file
    )
  }
}

extension StageInput {
  /// The shapes of rows that the input's type promises.
  ///
  /// - Throws: `Diagnostic` for a type that is no data, which the manifest's check does not let through.
  var dataKind: DataKind {
    get throws {
      guard let kind = DataKind(rawValue: type.rawValue) else {
        throw Diagnostic(.missingInput, "\(label) is a \(type.rawValue), not rows of data")
      }
      return kind
    }
  }
}
