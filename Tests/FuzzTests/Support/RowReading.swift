import DataLoading
import Diagnostics
import Foundation
import Tokenization

/// Reads data files as every kind of data there is, and tokenizes the rows that are fine.
struct RowReading {
  private let tokenizer: Tokenizer

  init() throws {
    tokenizer = try Tokenizer.train(
      texts: ["How do I open it? Thank you."], options: BPETrainingOptions(vocabularySize: 280))
  }

  /// - Throws: `DiagnosticList` if the file has bad rows for each of the kinds.
  func read(_ file: URL, kinds: [DataKind] = DataKind.allCases) throws {
    var refusal: DiagnosticList?
    for kind in kinds {
      do throws(DiagnosticList) {
        let records = try RecordFile.load(
          file, displayName: file.lastPathComponent, kind: kind, onBadRow: .drop)
        if !records.problems.isEmpty { refusal = DiagnosticList(records.problems) }
        try tokenize(records, kind)
        if records.problems.isEmpty { return }
      } catch {
        refusal = error
      }
    }
    if let refusal { throw refusal }
  }

  private func tokenize(_ records: RecordFile, _ kind: DataKind) throws(DiagnosticList) {
    let rows = RowTokenizer(
      tokenizer: tokenizer, maximumLength: 64, onOverlong: .truncate, file: records.displayName)
    switch kind {
    case .text:
      _ = CorpusPacker(tokenizer: tokenizer, segmentLength: 16, documentSeparator: nil).segments(
        of: records.rows)
    case .demonstrations: _ = try rows.demonstrations(records.rows, options: DemonstrationOptions())
    case .preferences:
      _ = try rows.rankings(records.rows)
      _ = try rows.pairs(records.rows)
    case .feedback: _ = try rows.feedback(records.rows)
    case .prompts: _ = try rows.prompts(records.rows)
    case .labels: _ = try rows.labelledTexts(records.rows)
    }
  }

  /// One valid row or more of every shape.
  static let lines = [
    #"{"text": "A document.\nTwo lines."}"#, #"{"prompt": "How?", "completion": " Thus."}"#,
    #"{"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}"#,
    #"{"instruction": "Add.", "input": "1 2", "output": "3"}"#, #"{"question": "1+1", "answer": "2"}"#,
    #"{"prompt": "How?", "chosen": " Thus.", "rejected": " No.", "margin": 0.5}"#,
    #"{"prompt": [{"role": "user", "content": "Hi"}], "chosen": [{"role": "assistant", "content": "Yes"}], "rejected": [{"role": "assistant", "content": "No"}]}"#,
    #"{"chosen": "\n\nHuman: Hi\n\nAssistant: Yes", "rejected": "\n\nHuman: Hi\n\nAssistant: No"}"#,
    #"{"chosen": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes"}], "rejected": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "No"}]}"#,
    #"{"prompt": "How?", "ranked": [" Best", " Fine", " Bad"]}"#,
    #"{"prompt": "How?", "completions": [" a", " b", " c"], "ranks": [1, null, 2.5]}"#,
    #"{"prompt": "How?", "completion": " Thus.", "label": true}"#, #"{"prompt": "2+2=", "answer": 4}"#,
    #"{"text": "It broke.", "label": "bug"}"#, #"{"text": "It broke.", "category": 3}"#,
  ]
}
