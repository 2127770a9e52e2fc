import Artifacts
import Execution
import Foundation
import JSONText
import Pipeline

/// An explanation with the rows that changed, in every form it is shown in.
struct WhyView {
  private struct Cause {
    var cause: Explanation.Cause
    /// For the content of a source.
    var rows: ContentRows?
  }

  private let explanation: Explanation
  private let causes: [Cause]
  private let served: ServedResult?

  /// - Parameters:
  ///   - graph: where the sources are that changed.
  ///   - served: what a cached stage is served from.
  init(_ explanation: Explanation, _ graph: StageGraph, served: ServedResult?, _ objects: ObjectStore) {
    self.explanation = explanation
    self.served = served
    causes = explanation.causes.map { cause in
      guard case .source(let name, let file, let type) = cause.subject,
        case .digest(let old)? = cause.change?.old, case .digest(let new)? = cause.change?.new, type.hasRows
      else { return Cause(cause: cause) }
      return Cause(
        cause: cause,
        rows: ContentRows(
          old, new, file: file, type: type.rawValue, current: graph[source: name]?.path, objects))
    }
  }

  /// Schema `plumb.why/1`.
  var json: JSON {
    [
      "schema": "plumb.why/1", "stage": .string(explanation.stage), "pending": .bool(explanation.isPending),
      "decision": .string(explanation.decision.rawValue), "reason": .string(explanation.reason),
      "causes": .array(causes.map { $0.cause.json(rows: $0.rows) }),
      "ignored": .array(
        explanation.ignored.map {
          ["name": .string($0.name), "old": JSON($0.old), "new": JSON($0.new)]
        }),
      "previous": JSON(explanation.previous?.text), "served_from": served?.json ?? .null,
    ]
  }

  func text(_ style: Style) -> String {
    var text = head(style) + "\n"
    for group in groups { text += self.text(group[0], stage: title(of: group), style) }
    if explanation.previous == nil, !explanation.isPending {
      text += style.dim("  it was never made of anything else\n")
    }
    if !explanation.ignored.isEmpty {
      text += style.dim("no reason, since not in the key:") + "\n"
      for ignored in explanation.ignored {
        let values = [ignored.old, ignored.new].contains { $0 != nil }
        text += "  \(ignored.name)"
        text += values ? "  \(ignored.old ?? "(nothing)") → \(ignored.new ?? "(nothing)")\n" : "\n"
      }
    }
    return text
  }

  /// Causes, those together that are the same for several instances of a matrix.
  private var groups: [[Cause]] {
    var keys: [Explanation.Cause] = []
    var groups: [[Cause]] = []
    for cause in causes {
      var key = cause.cause
      key.stage = key.declaredStage
      key.ways = []
      if let place = keys.firstIndex(of: key) {
        groups[place].append(cause)
      } else {
        keys.append(key)
        groups.append([cause])
      }
    }
    return groups
  }

  private func title(of group: [Cause]) -> String {
    group.count == 1 ? group[0].cause.stage : "\(group[0].cause.declaredStage) ×\(group.count)"
  }

  private func head(_ style: Style) -> String {
    let name = style.bold(explanation.stage)
    switch explanation.decision {
    case .cached:
      let made = served.map { ": its outputs were made \($0.phrase)" } ?? ""
      return "\(name) is up to date\(made)" + (causes.isEmpty ? "" : "\nit ran then because of")
    case .maybe: return "\(name) may run: \(explanation.reason)"
    case .run where causes.isEmpty: return "\(name) would run: \(explanation.reason)"
    case .run: return "\(name) would run because of"
    case .blocked: return "\(name) cannot run: \(explanation.reason)"
    }
  }

  /// - Parameter stage: what its stage is called, or its stages.
  private func text(_ cause: Cause, stage: String, _ style: Style) -> String {
    let change = cause.cause.change
    var lines: [(String, String)] = []
    let old = change?.old?.valueText ?? "(nothing)"
    let new = change?.new?.valueText ?? "(nothing)"
    var start: [String] = []
    let title: String
    switch cause.cause.subject {
    case .source(let name, let file, _):
      title = style.yellow("sources.\(name) (\(file))")
      start = [name]
      lines = [("old", old), ("new", new)]
    case .connection(let before, let after):
      title = style.yellow("\(stage): \(change?.name ?? "input")") + "  \(before) → \(after)"
      lines = [("old", old), ("new", new)]
    case .leaf where change?.isOfWholeInput == true:
      title = style.yellow("\(stage): \(change?.description ?? "")")
    case .leaf:
      let isShort = [old, new].allSatisfy { $0.count <= 40 && !$0.contains("\n") }
      title =
        style.yellow("\(stage): \(change?.name ?? "")") + (isShort ? "  \(old) → \(new)" : "")
      if !isShort { lines = [("old", old), ("new", new)] }
    case .state(let state): title = style.yellow(stage) + "  \(state)"
    }
    if let rows = cause.rows { lines.append(("rows", rows.text)) }
    for (index, way) in cause.cause.ways.prefix(3).enumerated() where (start + way).count > 1 {
      let names = way.map { $0 == cause.cause.stage ? stage : $0 }
      lines.append((index == 0 ? "through" : "and", (start + names).joined(separator: " → ")))
    }
    let more = cause.cause.ways.count - 3
    if more > 0 { lines.append(("and", "\(Figures.count(more, "more way"))")) }
    return "  \(title)\n"
      + lines.map { "    \(style.dim($0.0.padded(to: 7)))  \($0.1)\n" }.joined()
  }
}

extension ComponentChange {
  /// Whether an input was added or removed, whose digest says little.
  fileprivate var isOfWholeInput: Bool {
    switch (old, new) {
    case (.digest, nil), (nil, .digest): true
    default: false
    }
  }
}

extension Explanation.Cause {
  /// The stage without its point in a matrix.
  fileprivate var declaredStage: String { String(stage.prefix { $0 != "@" }) }

  fileprivate func json(rows: ContentRows?) -> JSON {
    var members: [JSON.Member] = [
      .init("stage", .string(stage)), .init("path", JSON(change?.path)),
      .init("old", change?.old?.json ?? .null), .init("new", change?.new?.json ?? .null),
    ]
    switch subject {
    case .source(let name, let file, _):
      members += [
        .init("cause", "source"), .init("source", .string(name)), .init("file", .string(file)),
        .init("rows", rows?.json ?? .null),
      ]
    case .leaf: members += [.init("cause", "leaf")]
    case .connection(let old, let new):
      members += [
        .init("cause", "connection"), .init("connected", ["old": .string(old), "new": .string(new)]),
      ]
    case .state(let state): members += [.init("cause", "state"), .init("state", .string(state))]
    }
    members += [
      .init("through", .array((ways.first ?? []).map(JSON.string))),
      .init("ways", .array(ways.map { .array($0.map(JSON.string)) })),
    ]
    return .object(members)
  }
}

extension PortType {
  /// Whether content of the type is a file of rows or lines, rather than a directory.
  var hasRows: Bool {
    [.text, .demonstrations, .preferences, .feedback, .prompts, .labels, .completions].contains(self)
  }
}
