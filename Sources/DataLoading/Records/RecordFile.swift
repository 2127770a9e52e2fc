import Diagnostics
import Foundation
import JSONText

/// The rows of a data file, and what was wrong with those that are missing.
public struct RecordFile: Sendable {
  public var rows: [LocatedRecord]
  /// What the file is called in messages.
  public let displayName: String
  public let report: RowReport

  /// The problems of dropped rows, as warnings; at most `RowReport.maximumListed` and a count of the rest.
  public var problems: [Diagnostic] { report.problems }

  /// Reads a file of JSON Lines, a JSON array, CSV or plain text, compressed by gzip or not.
  ///
  /// - Parameters:
  ///   - url: where the bytes are; may be an object of a store, without a telling name.
  ///   - displayName: what the user calls the file; its extension decides the format where the bytes leave a choice.
  ///   - onBadRow: whether bad rows make the file an error or are left out.
  /// - Throws: every bad row under `error`; a file that cannot be read or has no usable row, always.
  public static func load(
    _ url: URL, displayName: String, kind: DataKind, onBadRow: OnBadRow = .error
  ) throws(DiagnosticList) -> RecordFile {
    let source: DataSource
    do {
      source = try DataSource(url, displayName: displayName)
    } catch {
      throw DiagnosticList([error])
    }
    var (rows, report) = read(source, displayName: displayName, kind: kind)
    report.close(file: displayName, severity: onBadRow == .drop ? .warning : .error)
    if onBadRow == .error, !report.problems.isEmpty { throw DiagnosticList(report.problems) }
    if rows.isEmpty {
      let problem = Diagnostic(.noRows, "the file has no usable row", at: SourceLocation(file: displayName))
      throw DiagnosticList(report.problems + [problem])
    }
    return RecordFile(rows: rows, displayName: displayName, report: report)
  }

  /// The good rows at the beginning of a file, and about how many it has in all.
  ///
  /// - Parameter bytes: at most so many bytes are looked at, compressed or not.
  /// - Throws: `Diagnostic` if the file cannot be read.
  public static func sample(_ url: URL, displayName: String, kind: DataKind, bytes: Int) throws(Diagnostic)
    -> (rows: [LocatedRecord], count: Int)
  {
    let source = try DataSource(url, displayName: displayName, limit: bytes)
    // The row that the limit cuts is a bad one.
    let rows = read(source, displayName: displayName, kind: kind).rows
    return (rows, Int((Double(rows.count) / source.share).rounded()))
  }

  private static func read(_ source: DataSource, displayName: String, kind: DataKind)
    -> (rows: [LocatedRecord], report: RowReport)
  {
    var rows: [LocatedRecord] = []
    var report = RowReport()
    RecordFormats.format(of: source, kind: kind).forEachRow(of: source) { row in
      do throws(RowProblem) {
        let reader = RowReader(value: try row.value.get())
        rows.append(LocatedRecord(try kind.read(reader), line: row.line))
        report.keep()
      } catch {
        report.drop(error.reason, row.diagnostic(for: error, file: displayName))
      }
    }
    return (rows, report)
  }
}
