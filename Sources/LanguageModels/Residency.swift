import Compute

/// When the weights of a model are in memory.
public enum Residency: Sendable, Hashable {
  case always
  /// While `LanguageModel.whileResident` runs. For a model that nothing changes; a small one stays.
  case byPhase
}

extension LanguageModel {
  /// Runs a phase of a training that reads this model. Weights that are not in memory are read from their files before,
  /// in the place of the arena's memory, and given up after.
  ///
  /// - Parameter workspace: the one that reads, with nothing in its arena if the model is read by phase.
  /// - Throws: what reading the files throws; what `body` throws.
  public func whileResident<Result>(in workspace: Workspace, _ body: () throws -> Result) throws -> Result {
    guard let refill, parameters.isDiscarded else { return try body() }
    workspace.arena.discard()
    try parameters.restoreValues(refill)
    defer { parameters.discardValues() }
    return try body()
  }
}
