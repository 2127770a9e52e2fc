import Artifacts
import Diagnostics
import Execution
import Foundation
import Lineage
import Pipeline

/// Finds what a MODEL argument means: a directory or file of the user's, or an artifact of the store.
struct ModelLocator {
  let store: StoreOptions
  /// Types of artifacts that the command can use, the usual one first.
  let accepts: [PortType]

  /// Calls `body` with a path to read from and the name that errors use.
  ///
  /// An artifact is laid out in a scratch directory, which is gone afterwards; errors never name it.
  /// - Throws: `Diagnostic` if it is neither, or an artifact that the command cannot use.
  func withModel<Result>(_ text: String, _ body: (_ path: URL, _ name: String) throws -> Result) throws
    -> Result
  {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: text, isDirectory: &isDirectory) {
      guard isDirectory.boolValue || accepts.contains(.tokenizer) else {
        throw Diagnostic(
          .noModel, "'\(text)' is a file; a model is a directory with config.json and model.safetensors",
          at: SourceLocation(file: text))
      }
      return try read(URL(fileURLWithPath: text), text, body)
    }
    guard !text.contains("/") else {
      throw Diagnostic(.noModel, "there is no directory '\(text)'", at: SourceLocation(file: text))
    }
    let (artifact, layout) = try find(text)
    let scratch = try ScratchDirectory(in: layout.temporary, name: "read")
    let path = scratch.url.appendingPathComponent("model")
    try ObjectStore(layout).materialize(artifact.object, at: path)
    return try withExtendedLifetime(scratch) { try read(path, text, body) }
  }

  private func read<Result>(
    _ path: URL, _ name: String, _ body: (_ path: URL, _ name: String) throws -> Result
  ) throws -> Result {
    do { return try body(path, name) } catch let error as Diagnostic { throw error.calling(path.path, name) }
  }

  private func find(_ text: String) throws -> (Artifact, StoreLayout) {
    do {
      let (reader, layout) = try store.reader()
      let artifact = try reader.read { queries in
        let artifact = try queries.resolveArtifact(text).artifact
        try queries.refuseCollected(artifact, called: text, ObjectStore(layout), in: store)
        return artifact
      }
      guard accepts.contains(where: { $0.rawValue == artifact.type }) else {
        let wanted = accepts.map(\.rawValue).joined(separator: " or ")
        let purpose = PortType(rawValue: artifact.type).map { " (\($0.inWords))" } ?? ""
        throw Diagnostic(
          .noModel, "'\(text)' is of type \(artifact.type)\(purpose); this takes one of type \(wanted)",
          hint: "'plumb show \(text)' says how it was made; 'plumb show latest' lists what there is")
      }
      return (artifact, layout)
    } catch let problem as Diagnostic where problem.code == .noStore {
      throw Diagnostic(
        .noModel, "there is no directory '\(text)', and no store that could hold an artifact of that name",
        hint: "give the path of a Hugging Face directory, or --store DIR and STAGE.PORT")
    } catch let problem as Diagnostic where problem.code == .unknownReference {
      throw Diagnostic(
        .noModel, "there is no directory '\(text)', and \(problem.message)", hint: problem.hint)
    }
  }
}

extension PortType {
  /// What an artifact of the type is, to a person.
  fileprivate var inWords: String {
    switch self {
    case .text: "plain text"
    case .demonstrations, .preferences, .feedback, .prompts, .labels, .completions: "data (\(rawValue))"
    case .tokenizer: "a tokenizer"
    case .model: "a language model"
    case .adapter: "an adapter, which a merge stage folds into its base"
    case .rewardModel: "a reward model, which scores texts and writes none"
    case .classifier: "a classifier, which labels texts and writes none"
    case .report: "a report"
    }
  }
}

extension DiagnosticCode {
  static let noModel = DiagnosticCode("E904", "a model argument names neither a directory nor an artifact")
  static let badArgument = DiagnosticCode("E905", "an argument has a value that cannot be used")
  static let brokenModel = DiagnosticCode("E906", "a model gives no usable probabilities")
}
