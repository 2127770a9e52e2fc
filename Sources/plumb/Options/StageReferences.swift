import Diagnostics
import Lineage
import Pipeline

extension LineageQueries {
  /// Runs, the newest first, in which stages are looked for that a pattern means.
  private static let runsSearched = 20

  /// What a user means by a reference; by a pattern, some coordinates or the name of a matrix, everything that
  /// `plumb run` would choose by it, in the newest run that has such stages, or in the one before a colon.
  ///
  /// - Returns: at least one.
  /// - Throws: `Diagnostic` if there is nothing of the name, or a single word means several things.
  func resolveAll(_ reference: String) throws -> [Referent] {
    do {
      return [try resolve(reference)]
    } catch let unknown as Diagnostic where unknown.code == .unknownReference {
      let found = try executions(matching: reference)
      if found.isEmpty { throw unknown }
      return found.map(Referent.execution)
    }
  }

  /// The executions of stages that a reference means.
  ///
  /// - Returns: at least one.
  /// - Throws: `Diagnostic` if it means no stage.
  func resolveStages(_ reference: String, hint: String) throws -> [ExecutionID] {
    try resolveAll(reference).map { referent in
      guard case .execution(let id) = referent else {
        throw Diagnostic(.unknownReference, "'\(reference)' is no stage", hint: hint)
      }
      return id
    }
  }

  private func executions(matching reference: String) throws -> [ExecutionID] {
    let parts = reference.split(separator: ":", maxSplits: 1).map(String.init)
    guard let word = parts.last else { return [] }
    let runs =
      try parts.count == 2 ? [resolveRun(parts[0])] : self.runs(limit: Self.runsSearched).map(\.id)
    for id in runs {
      let stages = try run(id).stages
      let selection = StageSelection(
        names: stages.map { stage in
          StageSelection.Name(
            name: stage.plan.name, declared: String(stage.plan.name.prefix { $0 != "@" }))
        })
      guard let names = try? selection.names(matching: word) else { continue }
      let executions = stages.filter { names.contains($0.plan.name) }.compactMap { $0.execution?.id }
      if !executions.isEmpty { return executions }
    }
    return []
  }
}
