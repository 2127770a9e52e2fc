import JSONText
import Lineage

/// What two runs differ in, stage by stage.
struct RunDifference: Difference {
  private let old: RunDetail
  private let new: RunDetail
  /// Stages of both runs that differ.
  private let stages: [(name: String, difference: ExecutionDifference)]
  private let onlyOld: [String]
  private let onlyNew: [String]

  init(_ old: RunID, _ new: RunID, _ queries: LineageQueries) throws {
    self.old = try queries.run(old)
    self.new = try queries.run(new)
    let after = self.new.stages
    stages = try self.old.stages.compactMap { stage in
      guard let a = stage.execution?.id,
        let b = after.first(where: { $0.plan.name == stage.plan.name })?.execution?.id
      else { return nil }
      let difference = try ExecutionDifference(a, b, queries)
      return difference.isEmpty ? nil : (stage.plan.name, difference)
    }
    let names = (self.old.stages.map(\.plan.name), after.map(\.plan.name))
    onlyOld = names.0.filter { !names.1.contains($0) }
    onlyNew = names.1.filter { !names.0.contains($0) }
  }

  var isEmpty: Bool { stages.isEmpty && onlyOld.isEmpty && onlyNew.isEmpty }

  var json: JSON {
    [
      "schema": "plumb.diff/1", "type": "run", "old": .string(old.summary.id.text),
      "new": .string(new.summary.id.text),
      "stages": .array(stages.map { ["name": .string($0.name), "difference": $0.difference.json] }),
      "only_old": .array(onlyOld.map(JSON.string)), "only_new": .array(onlyNew.map(JSON.string)),
    ]
  }

  func text(_ style: Style) -> String {
    let names = "\(old.summary.id.short) and \(new.summary.id.short)"
    if isEmpty { return "the runs \(names) are the same\n" }
    var text = ""
    for stage in stages { text += style.bold(stage.name) + "\n" + stage.difference.text(style) + "\n" }
    for name in onlyOld { text += "only in \(old.summary.id.short): \(name)\n" }
    for name in onlyNew { text += "only in \(new.summary.id.short): \(name)\n" }
    return text
  }
}
