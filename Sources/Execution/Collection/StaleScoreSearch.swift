import Artifacts
import Foundation

/// Finds scores of frozen models that no training will ask for: their model is not kept, or nobody has asked for long, as
/// for those of another build of the program.
struct StaleScoreSearch {
  /// Seconds that scores are kept since they were asked for last.
  private static let patience = 30.0 * 86_400
  /// Seconds after which nobody writes a file any more that has no name of its own yet.
  private static let writing = 3_600.0

  let found: [CollectionPlan.StaleScores]

  /// - Parameters:
  ///   - live: contents that are kept.
  ///   - now: what ages are measured from.
  init(_ layout: StoreLayout, live: Set<Digest>, now: Date) {
    let models = (try? FileManager.default.contentsOfDirectory(atPath: layout.scores.path)) ?? []
    found = models.sorted().compactMap { Digest($0) }.flatMap { model in
      let files = Self.files(in: layout.scores(of: model))
      guard live.contains(model) else { return [files.stale(of: model, "no kept run has the model")] }
      let forgotten = now.addingTimeInterval(-Self.patience)
      let abandoned = now.addingTimeInterval(-Self.writing)
      return [
        files.filter { $0.asked < forgotten }.stale(of: model, "nobody has asked for them in 30 days"),
        files.filter { $0.isUnfinished && (forgotten..<abandoned).contains($0.asked) }
          .stale(of: model, "they were not written to the end"),
      ].filter { !$0.files.isEmpty }
    }
  }

  /// Takes files away, and the model's directory if it is empty then.
  static func remove(_ scores: CollectionPlan.StaleScores, _ layout: StoreLayout) {
    let directory = layout.scores(of: scores.model)
    for name in scores.files { unlink(directory.appendingPathComponent(name).path) }
    rmdir(directory.path)
  }

  private static func files(in directory: URL) -> [ScoreFile] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.sorted().map { name in
      let facts = try? FileManager.default.attributesOfItem(
        atPath: directory.appendingPathComponent(name).path)
      return ScoreFile(
        name: name, bytes: (facts?[.size] as? NSNumber)?.int64Value ?? 0,
        asked: facts?[.modificationDate] as? Date ?? .distantPast)
    }
  }
}

/// A file of scores, and when it was asked for last.
private struct ScoreFile {
  let name: String
  let bytes: Int64
  let asked: Date

  /// Whether it has the name of a file that is being written.
  var isUnfinished: Bool { name.hasPrefix(".") }
}

extension [ScoreFile] {
  fileprivate func stale(of model: Digest, _ reason: String) -> CollectionPlan.StaleScores {
    CollectionPlan.StaleScores(
      model: model, files: map(\.name), bytes: reduce(0) { $0 + $1.bytes }, reason: reason)
  }
}
