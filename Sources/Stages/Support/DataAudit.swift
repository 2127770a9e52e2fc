import DataLoading
import Diagnostics
import Foundation
import JSONText
import LanguageModels
import Pipeline
import Tokenization

/// Reads the data of a stage before anything runs: bad rows always, and what the stage would train on where the
/// tokenizer is already there.
enum DataAudit {
  /// Stands between the answers of a row, best first, until the row is laid out.
  private static let rowBreak = "\u{1E}"

  /// Rows shown per input.
  private static let shownRows = 3

  static func demonstrations(
    _ inputs: [StageInput], ports: [String], options: DataOptions,
    form: DemonstrationOptions = DemonstrationOptions()
  ) -> StageAudit {
    audit(inputs, ports, options) { tokenizer, records in
      let result = try tokenizer.demonstrations(records, options: form)
      return Finding(result) {
        $0.preview(tokenizer: tokenizer.tokenizer)
      } length: {
        $0.ids.count
      }
    }
  }

  static func rankings(
    _ inputs: [StageInput], ports: [String], options: DataOptions, readsMargins: Bool = true
  ) -> StageAudit {
    audit(inputs, ports, options) { tokenizer, records in
      let result = try tokenizer.rankings(records, readsMargins: readsMargins)
      return Finding(result) { ranking in
        ranking.candidates.map { $0.preview(tokenizer: tokenizer.tokenizer) }.joined(separator: rowBreak)
      } length: {
        $0.candidates.map(\.ids.count).max() ?? 0
      }
    }
  }

  static func prompts(_ inputs: [StageInput], ports: [String], options: DataOptions) -> StageAudit {
    audit(inputs, ports, options) { tokenizer, records in
      Finding(try tokenizer.prompts(records)) {
        $0.text
      } length: {
        $0.ids.count
      }
    }
  }

  /// Plain text: whether it can be read.
  static func texts(_ inputs: [StageInput], ports: [String]) -> StageAudit {
    var audit = StageAudit(diagnostics: ModelAudit.problems(of: inputs))
    for input in inputs where ports.contains(input.port) {
      audit.diagnostics += problems {
        _ = try RecordFile.load(input.path, displayName: input.displayName, kind: .text)
      }
    }
    return audit
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
    var audit = StageAudit(diagnostics: ModelAudit.problems(of: inputs))
    var details: [JSON.Member] = []
    let tokenizer = availableTokenizer(inputs)
    for input in inputs where ports.contains(input.port) {
      audit.diagnostics += problems {
        let file = try RecordFile.load(
          input.path, displayName: input.displayName, kind: try input.dataKind, onBadRow: options.onBadRow)
        audit.diagnostics += file.problems
        audit.preview.append("\(input.label): \(file.rows.count) rows\(dropped(file.report))")
        details.append(JSON.Member(input.label, file.report.json))
        guard let tokenizer else { return }
        let finding = try tokenize(
          options.clamped(to: availablePositions(inputs)).rowTokenizer(tokenizer, file: input.displayName),
          file.rows)
        audit.diagnostics += finding.report.problems
        audit.preview.append("  tokens: \(summary(finding.lengths))\(dropped(finding.report))")
        audit.preview += finding.rows.map { row in
          "    > " + row.replacing("\n", with: "⏎").replacing(rowBreak, with: "\n      ≻ ")
        }
      }
    }
    audit.details = .object(details)
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

  private static func dropped(_ report: RowReport) -> String {
    report.droppedCount > 0 ? ", \(report.droppedCount) dropped" : ""
  }

  private static func summary(_ lengths: [Int]) -> String {
    guard let least = lengths.first, let most = lengths.last else { return "none" }
    return "\(least) to \(most), median \(lengths[lengths.count / 2])"
  }

  /// Positions of the shortest model that is there yet.
  private static func availablePositions(_ inputs: [StageInput]) -> Int {
    inputs.filter { $0.type == .model || $0.type == .rewardModel }.compactMap { input in
      let reader = try? ConfigurationReader(directory: input.path, displayName: input.displayName)
      return reader.flatMap { try? ArchitectureRegistry.architecture(for: $0).maximumPositions }
    }.min() ?? .max
  }

  /// The tokenizer of the stage's model, if the model is there yet.
  private static func availableTokenizer(_ inputs: [StageInput]) -> Tokenizer? {
    inputs.first { [.model, .rewardModel, .tokenizer].contains($0.type) }
      .flatMap { try? Tokenizer.load(directory: $0.path) }
  }
}
