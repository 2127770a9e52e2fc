import Artifacts
import Foundation

/// Finds scores of frozen models that no training will ask for: their model is not kept, or nobody has asked for long, as
/// for those of another build of the program.
struct StaleScoreSearch {
  /// Seconds that scores are kept since they were asked for last.
  private static let patience = 30.0 * 86_400

  let found: [CollectionPlan.StaleScores]

  /// - Parameters:
  ///   - live: contents that are kept.
  ///   - now: what ages are measured from.
  init(_ layout: StoreLayout, live: Set<Digest>, now: Date) {
    let models = (try? FileManager.default.contentsOfDirectory(atPath: layout.scores.path)) ?? []
    found = models.sorted().compactMap { Digest($0) }.compactMap { model in
      let isKept = live.contains(model)
      let limit = isKept ? now.addingTimeInterval(-Self.patience) : .distantFuture
      let files = Self.files(in: layout.scores(of: model)).filter { $0.asked < limit }
      guard !files.isEmpty || !isKept else { return nil }
      return CollectionPlan.StaleScores(
        model: model, files: files.map(\.name), bytes: files.reduce(0) { $0 + $1.bytes },
        reason: isKept ? "nobody has asked for them in 30 days" : "no kept run has the model")
    }
  }

  /// Takes files away, and the model's directory if it is empty then.
  static func remove(_ scores: CollectionPlan.StaleScores, _ layout: StoreLayout) {
    let directory = layout.scores(of: scores.model)
    for name in scores.files { unlink(directory.appendingPathComponent(name).path) }
    rmdir(directory.path)
  }

  private static func files(in directory: URL) -> [(name: String, bytes: Int64, asked: Date)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.sorted().map { name in
      let facts = try? FileManager.default.attributesOfItem(
        atPath: directory.appendingPathComponent(name).path)
      return (
        name, (facts?[.size] as? NSNumber)?.int64Value ?? 0,
        facts?[.modificationDate] as? Date ?? .distantPast
      )
    }
  }
}
