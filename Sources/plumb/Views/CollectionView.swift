import Artifacts
import Execution
import JSONText

/// What garbage collection takes and keeps.
struct CollectionView {
  /// Lines of a list; the rest is summed up.
  private static let shown = 20

  let plan: CollectionPlan
  /// Whether nothing was touched.
  let isPlan: Bool
  /// What killed processes left, which goes at once.
  let leftovers: Leftovers
  /// What left the trash for good; nil for a plan.
  let deleted: TrashContents?
  let trash: TrashContents

  var json: JSON {
    [
      "schema": "plumb.gc/1", "carried_out": .bool(!isPlan),
      "kept": ["objects": .integer(plan.keptObjects), "bytes": .integer(Int(plan.keptBytes))],
      "roots": .array(
        plan.roots.map { root in
          [
            "kind": .string(root.kind.rawValue), "name": .string(root.name),
            "artifacts": .array(root.artifacts.sorted().map { .string($0.text) }),
          ]
        }),
      "garbage": .array(
        plan.garbage.map { item in
          [
            "digest": .string(item.digest.text), "bytes": .integer(Int(item.bytes)),
            "reason": .string(item.reason),
          ]
        }),
      "checkpoints": .array(
        plan.checkpoints.map { ["key": .string($0.key.text), "reason": .string($0.reason)] }),
      "scores": .array(
        plan.scores.map { scores in
          [
            "model": .string(scores.model.text), "bytes": .integer(Int(scores.bytes)),
            "reason": .string(scores.reason),
          ]
        }),
      "leftovers": ["count": .integer(leftovers.count), "bytes": .integer(Int(leftovers.bytes))],
      "deleted": deleted.map(Self.json) ?? .null, "trash": Self.json(trash),
    ]
  }

  func text(_ style: Style) -> String {
    var text = ""
    if !plan.garbage.isEmpty {
      var table = TextTable([("OBJECT", .left), ("SIZE", .right), ("REASON", .left)])
      for item in plan.garbage.prefix(Self.shown) {
        table.add([item.digest.short, Figures.bytes(item.bytes), item.reason])
      }
      text += table.render(style)
      if plan.garbage.count > Self.shown {
        text += style.dim("… and \(plan.garbage.count - Self.shown) smaller ones; --json lists all\n")
      }
    }
    for checkpoint in plan.checkpoints {
      text += "checkpoint \(checkpoint.key.short): \(checkpoint.reason)\n"
    }
    for scores in plan.scores {
      text += "scores by \(scores.model.short), \(Figures.bytes(scores.bytes)): \(scores.reason)\n"
    }
    if leftovers.count > 0 {
      text +=
        "\(isPlan ? "would remove" : "removed") \(Figures.leftovers(leftovers)) of killed processes\n"
    }
    let what = "\(Figures.count(plan.garbage.count, "object")), \(Figures.bytes(plan.garbageBytes))"
    let kept =
      "\(Figures.count(plan.keptObjects, "object")), \(Figures.bytes(plan.keptBytes)), kept by \(keepers)"
    if plan.garbage.isEmpty {
      text += "nothing to collect: \(kept)\n"
    } else {
      text += isPlan ? "would take \(what); stay: \(kept)\n" : "into the trash: \(what); stay: \(kept)\n"
    }
    if let deleted, deleted.objects > 0 { text += "deleted for good: \(Self.describe(deleted))\n" }
    if trash.objects > 0 {
      text += "in the trash: \(Self.describe(trash)); --grace 0 frees it now\n"
    }
    return text
  }

  /// Such as `1 live run, 2 tags, 3 runs`.
  private var keepers: String {
    let names: [(CollectionPlan.Root.Kind, String)] = [
      (.live, "live run"), (.tag, "tag"), (.pin, "pin"), (.run, "run"),
    ]
    let parts = names.compactMap { kind, name in
      let count = plan.roots.count { $0.kind == kind }
      return count > 0 ? Figures.count(count, name) : nil
    }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }

  private static func json(_ contents: TrashContents) -> JSON {
    ["objects": .integer(contents.objects), "bytes": .integer(Int(contents.bytes))]
  }

  private static func describe(_ contents: TrashContents) -> String {
    "\(Figures.count(contents.objects, "object")), \(Figures.bytes(contents.bytes))"
  }
}
