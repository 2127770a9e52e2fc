import Alignment
import DataLoading
import Diagnostics
import Foundation

/// The rows of a classify stage: which are trained on, which are held out, and what their labels are.
struct ClassificationRows {
  /// The rows of one input.
  struct Source {
    var file: String
    var rows: [LabelledText]
  }

  /// In the order of their ids: those of the classifier that is trained on, or else those of the training file, numbers
  /// by value and other names by their bytes.
  let labels: [String]
  let training: [LabelledText]
  let held: [LabelledText]
  private let ids: [String: Int]

  /// - Parameters:
  ///   - validation: held-out rows; without them, `share` of the rows of each label is held out from `data`.
  ///   - known: labels of the classifier that is trained on.
  /// - Throws: every row whose label is not among the labels, and where there are fewer than two labels or no row is
  ///   left to hold out.
  init(data: Source, validation: Source?, share: Double, seed: UInt64, known: [String]?) throws {
    let labels = known ?? Self.ordered(Set(data.rows.map(\.label)))
    guard labels.count > 1 else {
      throw Diagnostic(
        .tooFewLabels, "all rows have the label \"\(labels.first ?? "")\": there is nothing to tell apart",
        at: SourceLocation(file: data.file))
    }
    self.labels = labels
    let ids = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
    self.ids = ids
    let owner = known == nil ? "a label of the training rows" : "a label of the classifier that is trained on"
    let problems = [data, validation].compactMap { $0 }.flatMap { source in
      Self.unknownLabels(in: source, known: ids, owner: owner)
    }
    guard problems.isEmpty else { throw DiagnosticList(problems) }
    if let validation {
      training = data.rows
      held = validation.rows
    } else {
      let split = StratifiedSplit(
        classes: data.rows.compactMap { ids[$0.label] }, share: share, seed: seed)
      guard !split.held.isEmpty else {
        throw Diagnostic(
          .nothingHeldOut, "validation_split \(share) holds out no row: no label has enough of them",
          at: SourceLocation(file: data.file),
          hint: "raise validation_split, or give a `validation` input")
      }
      training = split.training.map { data.rows[$0] }
      held = split.held.map { data.rows[$0] }
    }
  }

  /// Numbers of the rows' labels.
  func classes(of rows: [LabelledText]) -> [Int] { rows.compactMap { ids[$0.label] } }

  /// Held-out rows whose text is trained on too, but for case and white space: they measure memory.
  var leaks: [LabelledText] {
    let trained = Set(training.map { Self.normalized($0.text) })
    return held.filter { trained.contains(Self.normalized($0.text)) }
  }

  private static func normalized(_ text: String) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func ordered(_ labels: Set<String>) -> [String] {
    let numbers = labels.compactMap { label in Int(label).map { (value: $0, label: label) } }
    if numbers.count == labels.count {
      return numbers.sorted { ($0.value, $0.label) < ($1.value, $1.label) }.map(\.label)
    }
    return labels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func unknownLabels(in source: Source, known: [String: Int], owner: String) -> [Diagnostic] {
    let names = Array(known.keys)
    let unknown = source.rows.filter { known[$0.label] == nil }
    let listed = unknown.prefix(RowReport.maximumListed).map { row in
      Diagnostic(
        .unknownLabel, "\"\(row.label)\" is not \(owner)",
        at: SourceLocation(file: source.file, line: row.line),
        hint: nearestName(to: row.label, among: names).map { "did you mean \"\($0)\"?" })
    }
    guard unknown.count > listed.count else { return listed }
    return listed + [
      Diagnostic(
        .moreProblems, "\(unknown.count - listed.count) more rows have labels that are not known",
        at: SourceLocation(file: source.file))
    ]
  }
}

extension DiagnosticCode {
  static let unknownLabel = DiagnosticCode("E530", "a row has a label that the classifier does not know")
  static let tooFewLabels = DiagnosticCode("E531", "the rows have fewer than two labels")
  static let nothingHeldOut = DiagnosticCode("E532", "no row is held out to measure on")
  static let leakedRows = DiagnosticCode("E533", "rows that are measured on are trained on too")
}
