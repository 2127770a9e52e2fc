import Foundation
import JSONText
import Lineage
import Pipeline

/// What differs between an execution and the plan of today without being in the cache key, so that nobody takes it for
/// the reason of a rerun, or wonders why there was none.
struct IgnoredDifferences {
  private let execution: ExecutionDetail
  private let before: RunCircumstances
  private let stage: PlannedStage
  private let plan: Plan

  /// - Parameter execution: what the stage is compared with.
  init(_ execution: ExecutionID, _ stage: PlannedStage, _ plan: Plan, _ queries: LineageQueries) throws {
    self.execution = try queries.execution(execution)
    before = try queries.circumstances(of: self.execution.run)
    self.stage = stage
    self.plan = plan
  }

  /// - Parameters:
  ///   - latest: the newest run, whose machine and threads stand for those of today.
  ///   - hasChanges: whether something in the key changed, which the manifest's text tells by other words.
  func list(latest: RunCircumstances?, hasChanges: Bool) -> [Explanation.Ignored] {
    var list = settings + paths + requirements
    if let latest { list += environment(latest) }
    if !hasChanges, before.manifestText != plan.graph.manifestText {
      list.append(
        .init(
          name: "the manifest's text: comments, layout, or what concerns other stages", old: nil, new: nil))
    }
    return list
  }

  /// Settings that never change a result, such as how often it is saved.
  private var settings: [Explanation.Ignored] {
    let keyed = stage.node.components.map(\.path)
    func leaves(_ json: JSON) -> [String: String] {
      Dictionary(json.leaves.map { ($0.path, $0.value.scalarText) }) { first, _ in first }
    }
    let old = leaves(execution.configuration)
    let new = leaves(stage.node.configuration)
    // Another kind has other settings; they go with it.
    guard execution.kind == stage.node.kindName else { return [] }
    return Set(old.keys).union(new.keys).sorted().compactMap { path in
      let isKeyed = keyed.contains { $0 == path || $0.hasPrefix(path + "[") || $0.hasPrefix(path + ".") }
      return isKeyed || old[path] == new[path] ? nil : .init(name: path, old: old[path], new: new[path])
    }
  }

  /// Sources whose content is the same at another place.
  private var paths: [Explanation.Ignored] {
    let upstream = stage.node.inputs.compactMap { input in
      if case .source(let name) = input.origin { name } else { nil }
    }
    return before.sources.compactMap { source in
      guard upstream.contains(source.name), let now = plan.graph[source: source.name],
        plan.sourceDigests[source.name] == source.artifact.digest
      else { return nil }
      let old = URL(fileURLWithPath: source.path).lastPathComponent
      return old == now.path.lastPathComponent
        ? nil : .init(name: "path of sources.\(source.name)", old: source.path, new: now.displayPath)
    }
  }

  private var requirements: [Explanation.Ignored] {
    let old = before.requirements.filter { $0.stage == stage.node.name }.map {
      "\($0.metric) \($0.condition)"
    }
    let new = stage.node.requirements.map { "\($0.metric) \($0.condition)" }
    guard old != new else { return [] }
    func text(_ list: [String]) -> String? { list.isEmpty ? nil : list.joined(separator: ", ") }
    return [.init(name: "requirements", old: text(old), new: text(new))]
  }

  /// Facts about machine and process.
  private func environment(_ latest: RunCircumstances) -> [Explanation.Ignored] {
    latest.environment.leaves.compactMap { leaf in
      let old = before.environment[leaf.path]
      return old == leaf.value
        ? nil : .init(name: leaf.path, old: old?.scalarText, new: leaf.value.scalarText)
    }
  }
}
