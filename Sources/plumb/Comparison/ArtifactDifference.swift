import Artifacts
import Foundation
import JSONText
import Lineage
import Pipeline

/// What two artifacts differ in: files, and in them rows, weights or answers.
struct ArtifactDifference: Difference {
  private struct File {
    var name: String
    var old: ObjectReference?
    var new: ObjectReference?
    /// For a file of lines.
    var rows: ContentRows?
  }

  private let names: (old: String, new: String)
  private let types: (old: String, new: String)
  private let files: [File]
  private let weights: WeightChanges?
  /// For two evaluation reports.
  private let answers: AnswerChanges?
  /// Those of the two whose bytes were collected, so that nothing but their digests can be compared.
  private let collected: [String]
  private let isSame: Bool
  private let showsAll: Bool

  /// - Parameters:
  ///   - names: how the user called them.
  ///   - collected: those of the names whose content garbage collection took.
  ///   - showsAll: whether long lists are shown whole.
  init(
    _ old: Artifact, _ new: Artifact, names: (old: String, new: String), collected: [String], showsAll: Bool,
    _ objects: ObjectStore
  ) throws {
    self.names = names
    self.collected = collected
    self.showsAll = showsAll
    types = (old.type, new.type)
    isSame = old.digest == new.digest
    guard collected.isEmpty, !isSame else {
      (files, weights, answers) = ([], nil, nil)
      return
    }
    let before = try objects.files(of: old.object)
    let after = try objects.files(of: new.object)
    let all = before.map(\.name) + after.map(\.name).filter { name in !before.contains { $0.name == name } }
    files = all.compactMap { name in
      var file = File(
        name: name, old: before.first { $0.name == name }?.object,
        new: after.first { $0.name == name }?.object)
      guard file.old?.digest != file.new?.digest else { return nil }
      if let a = file.old, let b = file.new, Self.hasRows(name, type: old.type) {
        file.rows = ContentRows(
          a.digest, b.digest, file: name.isEmpty ? names.new : name, type: old.type, objects)
      }
      return file
    }
    let isModel = [old, new].allSatisfy { PortType(rawValue: $0.type)?.isModel == true }
    weights = isModel ? try Self.compareWeights(old, new, objects) : nil
    answers =
      [old, new].allSatisfy { $0.type == PortType.report.rawValue }
      ? AnswerChanges(
        try ReportAnswers(report: old.digest, objects), try ReportAnswers(report: new.digest, objects)) : nil
  }

  private static func hasRows(_ name: String, type: String) -> Bool {
    name.isEmpty || name.hasSuffix(".jsonl") || name.hasSuffix(".txt") || name.hasSuffix(".csv")
  }

  private static func compareWeights(_ old: Artifact, _ new: Artifact, _ objects: ObjectStore) throws
    -> WeightChanges
  {
    let work = try objects.makeWorkDirectory(name: "diff")
    let paths = [old, new].enumerated().map { work.url.appendingPathComponent("\($0.offset)/model") }
    try objects.materialize(old.object, at: paths[0])
    try objects.materialize(new.object, at: paths[1])
    return try WeightChanges(paths[0], paths[1])
  }

  var isEmpty: Bool { isSame }

  var json: JSON {
    [
      "schema": "plumb.diff/1", "type": "artifact", "old": .string(names.old), "new": .string(names.new),
      "types": [.string(types.old), .string(types.new)],
      "files": .array(
        files.map { file in
          [
            "name": .string(file.name), "old": JSON(file.old?.digest.text),
            "new": JSON(file.new?.digest.text),
            "rows": file.rows?.json ?? .null,
          ]
        }),
      "weights": weights?.json ?? .null, "answers": answers?.json ?? .null,
      "collected": .array(collected.map(JSON.string)),
    ]
  }

  func text(_ style: Style) -> String {
    if isEmpty { return "\(names.old) and \(names.new) have the same content\n" }
    if !collected.isEmpty {
      return
        "\(names.old) and \(names.new) differ; more cannot be said: \(collected.joined(separator: " and ")) was "
        + "collected by 'plumb store gc'\n"
    }
    var table = TextTable([("FILE", .left), ("OLD", .left), ("NEW", .left), ("ROWS", .left)])
    for file in files {
      table.add([
        file.name.isEmpty ? "(the file)" : file.name, file.old.map { $0.digest.short } ?? "not there",
        file.new.map { $0.digest.short } ?? "not there", file.rows?.text ?? "",
      ])
    }
    var text = table.render(style)
    for file in files {
      if case .changes(let changes)? = file.rows { text += changes.excerpt(limit: limit(5), style) }
    }
    if let weights { text += "\n" + weights.text(limit: limit(10), style) }
    if let answers { text += answers.text(limit: limit(3), style) }
    return text
  }

  /// So many lines of a list, or all.
  private func limit(_ count: Int) -> Int { showsAll ? .max : count }
}

extension PortType {
  /// Whether content of the type is a directory with weights.
  var isModel: Bool { [.model, .rewardModel, .classifier].contains(self) }
}
