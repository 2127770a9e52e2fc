import Artifacts
import Foundation
import JSONText

/// The prompts of an evaluation and what each model answered, as `report.json` (`plumb.report/1`) holds them.
struct ReportAnswers: Sendable {
  struct Answer: Sendable, Hashable {
    var text: String
    /// Whether the model ended it, rather than the limit.
    var ended: Bool
    var reward: Double?
  }

  private(set) var prompts: [String] = []
  /// Answers by the name of the model, in the order of the prompts.
  private(set) var answers: [String: [Answer]] = [:]

  /// - Parameter report: the digest of a report's directory.
  /// - Throws: `Diagnostic` if the report is not in the store, damaged, or not JSON.
  init(report: Digest, _ objects: ObjectStore) throws {
    guard let entry = try objects.listing(report).entries.first(where: { $0.name == "report.json" }) else {
      return
    }
    let json = try JSON.parse(try objects.read(entry.object.digest), file: "report.json")
    for item in json["answers"]?.arrayValue ?? [] {
      prompts.append(item["prompt"]?.stringValue ?? "")
      for member in item["models"]?.members ?? [] {
        answers[member.key, default: []].append(
          Answer(
            text: member.value["text"]?.stringValue ?? "", ended: member.value["ended"]?.boolValue ?? true,
            reward: member.value["reward"]?.doubleValue))
      }
    }
  }

  /// Indices of some prompts, spread over the list.
  func sample(_ count: Int) -> [Int] {
    let shown = min(count, prompts.count)
    return (0..<shown).map { $0 * prompts.count / shown }
  }
}
