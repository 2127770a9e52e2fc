import Artifacts
import Foundation
import JSONText
import Lineage
import Pipeline

/// What two artifacts differ in: files, and in them rows or weights.
struct ArtifactDifference: Difference {
  private struct File {
    var name: String
    var old: ObjectReference?
    var new: ObjectReference?
    /// For a file of lines.
    var rows: RowChanges?
  }

  private let names: (old: String, new: String)
  private let types: (old: String, new: String)
  private let files: [File]
  private let weights: WeightChanges?

  /// - Parameter names: how the user called them.
  init(
    _ old: Artifact, _ new: Artifact, names: (old: String, new: String), _ objects: ObjectStore
  ) throws {
    self.names = names
    types = (old.type, new.type)
    let before = try objects.files(of: old.object)
    let after = try objects.files(of: new.object)
    let all = before.map(\.name) + after.map(\.name).filter { name in !before.contains { $0.name == name } }
    files = try all.compactMap { name in
      var file = File(
        name: name, old: before.first { $0.name == name }?.object,
        new: after.first { $0.name == name }?.object)
      guard file.old?.digest != file.new?.digest else { return nil }
      if let a = file.old, let b = file.new, Self.hasRows(name, type: old.type) {
        file.rows = RowChanges(Data(try objects.read(a.digest)), Data(try objects.read(b.digest)))
      }
      return file
    }
    let isModel = [old, new].allSatisfy { PortType(rawValue: $0.type)?.isModel == true }
    weights = isModel && !files.isEmpty ? try Self.compareWeights(old, new, objects) : nil
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

  var isEmpty: Bool { files.isEmpty }

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
      "weights": weights?.json ?? .null,
    ]
  }

  func text(_ style: Style) -> String {
    if isEmpty { return "\(names.old) and \(names.new) have the same content\n" }
    var table = TextTable([("FILE", .left), ("OLD", .left), ("NEW", .left), ("ROWS", .left)])
    for file in files {
      table.add([
        file.name.isEmpty ? "(the file)" : file.name, file.old.map { $0.digest.short } ?? "not there",
        file.new.map { $0.digest.short } ?? "not there", file.rows?.text ?? "",
      ])
    }
    return table.render(style) + (weights.map { "\n" + $0.text(style) } ?? "")
  }
}

extension PortType {
  fileprivate var isModel: Bool { [.model, .rewardModel, .classifier].contains(self) }
}
