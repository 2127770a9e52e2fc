import Artifacts
import Diagnostics
import Foundation
import Lineage

/// Finds what a MODEL argument means: a directory or file of the user's, or an artifact of the store.
struct ModelLocator {
  let store: StoreOptions

  /// Calls `body` with a path to read from and the name that errors use.
  ///
  /// An artifact is laid out in a scratch directory, which is gone afterwards.
  /// - Throws: `Diagnostic` if it is neither.
  func withModel<Result>(_ text: String, _ body: (_ path: URL, _ name: String) throws -> Result) throws
    -> Result
  {
    if FileManager.default.fileExists(atPath: text) { return try body(URL(fileURLWithPath: text), text) }
    guard !text.contains("/") else {
      throw Diagnostic(.noModel, "there is no directory '\(text)'", at: SourceLocation(file: text))
    }
    let (artifact, layout) = try find(text)
    let scratch = try ScratchDirectory(in: layout.temporary, name: "read")
    let path = scratch.url.appendingPathComponent("model")
    try ObjectStore(layout).materialize(artifact.object, at: path)
    return try withExtendedLifetime(scratch) { try body(path, text) }
  }

  private func find(_ text: String) throws -> (Artifact, StoreLayout) {
    do {
      let (reader, layout) = try store.reader()
      return (try reader.read { try $0.resolveArtifact(text).artifact }, layout)
    } catch let problem as Diagnostic where problem.code == .noStore {
      throw Diagnostic(
        .noModel, "there is no directory '\(text)', and no store that could hold an artifact of that name",
        hint: "give the path of a Hugging Face directory, or --store DIR and STAGE.PORT")
    }
  }
}

extension DiagnosticCode {
  static let noModel = DiagnosticCode("E904", "a model argument names neither a directory nor an artifact")
  static let badArgument = DiagnosticCode("E905", "an argument has a value that cannot be used")
}
