import Artifacts
import Diagnostics
import Lineage

extension LineageQueries {
  /// The command that makes an artifact again, as its newest producer was run; for a source, its file.
  ///
  /// - Parameter forced: makes it though a result is stored.
  func remedy(for digest: Digest, forced: Bool, in store: StoreOptions) throws -> String? {
    guard let producer = try producers(of: digest).last else {
      return try sources(of: digest).last.map { source in
        "a stage that reads it takes it from \(source.path) again"
      }
    }
    let execution = try execution(producer.execution)
    let run = try run(execution.run)
    var words = ["plumb", "run", run.summary.manifestPath, execution.stage]
    if forced { words += ["--force", execution.stage] }
    if let directory = store.store { words += ["--store", directory] }
    for (option, values) in [("--set", run.parameters), ("--choose", run.choices)] {
      words += (values.members ?? []).flatMap { [option, "\($0.key)=\($0.value.scalarText)"] }
    }
    return words.map(\.shellQuoted).joined(separator: " ")
  }

  /// Refuses an artifact whose bytes garbage collection took.
  ///
  /// - Parameter name: how the user calls it.
  /// - Throws: `Diagnostic` that says when that was and how to have them again.
  func refuseCollected(
    _ artifact: Artifact, called name: String, _ objects: ObjectStore, in store: StoreOptions
  ) throws {
    guard try isCollected(artifact.digest), !objects.isComplete(artifact.object) else { return }
    let cause =
      try collectionTime(of: artifact.digest).map { "'plumb store gc' collected it on \(Figures.time($0))" }
      ?? "'plumb store gc' collected it, or it did not come with a run that was pulled"
    let isInTrash = try objects.isRestorable(artifact.object)
    throw Diagnostic(
      .artifactCollected,
      "'\(name)' is not in the store any more: \(cause)"
        + (isInTrash ? "; its bytes still lie in the trash" : ""),
      hint: try remedy(for: artifact.digest, forced: false, in: store))
  }
}

extension DiagnosticCode {
  static let artifactCollected = DiagnosticCode("E909", "an artifact's bytes were collected")
}
