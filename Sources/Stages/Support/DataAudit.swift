import DataLoading
import Diagnostics
import Foundation
import JSONText
import Pipeline
import Tokenization

/// Reads the data of a stage before anything runs: bad rows always, and what the stage would train on where the
/// tokenizer is already there.
enum DataAudit {
  /// Rows shown per input.
  private static let shownRows = 3

  static func demonstrations(_ inputs: [StageInput], ports: [String], options: DataOptions) -> StageAudit {
    audit(inputs, ports, options) { tokenizer, records in
      let result = try tokenizer.demonstrations(records)
      return Finding(result) { $0.preview(tokenizer: tokenizer.tokenizer) } length: { $0.ids.count }
    }
  }

  static func rankings(_ inputs: [StageInput], ports: [String], options: DataOptions) -> StageAudit {
    audit(inputs, ports, options) { tokenizer, records in
      let result = try tokenizer.rankings(records)
      return Finding(result) { ranking in
        ranking.candidates.map { $0.preview(tokenizer: tokenizer.tokenizer) }.joined(separator: "\n      > ")
      } length: {
        $0.candidates.map(\.ids.count).max() ?? 0
      }
    }
  }

  static func prompts(_ inputs: [StageInput], ports: [String], options: DataOptions) -> StageAudit {
    audit(inputs, ports, options) { tokenizer, records in
      Finding(try tokenizer.prompts(records)) { $0.text } length: { $0.ids.count }
    }
  }

  /// What tokenised rows look like.
  private struct Finding {
    var rows: [String]
    var report: RowReport
    var lengths: [Int]

    init<Row>(
      _ result: TokenizedRows<Row>, _ show: (Row) -> String, length: (Row) -> Int
    ) {
      rows = result.rows.prefix(DataAudit.shownRows).map(show)
      report = result.report
      lengths = result.rows.map(length).sorted()
    }
  }

  private static func audit(
    _ inputs: [StageInput], _ ports: [String], _ options: DataOptions,
    _ tokenize: (RowTokenizer, [LocatedRecord]) throws -> Finding
  ) -> StageAudit {
    var audit = StageAudit()
    var details: [JSON.Member] = []
    let tokenizer = availableTokenizer(inputs)
    for input in inputs where ports.contains(input.port) {
      do {
        let file = try RecordFile.load(
          input.path, displayName: input.displayName, kind: try input.dataKind, onBadRow: options.onBadRow)
        audit.diagnostics += file.problems
        audit.preview.append("\(input.label): \(file.rows.count) rows\(dropped(file.report))")
        details.append(JSON.Member(input.label, file.report.json))
        guard let tokenizer else { continue }
        let finding = try tokenize(options.rowTokenizer(tokenizer, file: input.displayName), file.rows)
        audit.diagnostics += finding.report.problems
        audit.preview.append("  tokens: \(summary(finding.lengths))\(dropped(finding.report))")
        audit.preview += finding.rows.map { "    > " + $0.replacing("\n", with: "⏎") }
      } catch let error as DiagnosticList {
        audit.diagnostics += error.diagnostics
      } catch let error as Diagnostic {
        audit.diagnostics.append(error)
      } catch {
        audit.diagnostics.append(Diagnostic(.unreadableFile, "\(error)"))
      }
    }
    audit.details = .object(details)
    return audit
  }

  private static func dropped(_ report: RowReport) -> String {
    report.droppedCount > 0 ? ", \(report.droppedCount) dropped" : ""
  }

  private static func summary(_ lengths: [Int]) -> String {
    guard let least = lengths.first, let most = lengths.last else { return "none" }
    return "\(least) to \(most), median \(lengths[lengths.count / 2])"
  }

  /// The tokenizer of the stage's model, if the model is there yet.
  private static func availableTokenizer(_ inputs: [StageInput]) -> Tokenizer? {
    inputs.first { [.model, .rewardModel, .tokenizer].contains($0.type) }
      .flatMap { try? Tokenizer.load(directory: $0.path) }
  }
}
