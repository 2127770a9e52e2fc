import Foundation
import JSONText
import LanguageModels
import TestSupport

/// What a reward model keeps beside its weights.
struct RewardRecordTarget: FuzzTarget {
  static let name = "reward-record"

  private let mutation: JSONMutation

  init(folder: URL) throws {
    let record = RewardRecord(
      scale: RewardScale(mean: 0.5, standardDeviation: 2, count: 96),
      probes: [RewardProbe(text: "Hello", score: 0.25), RewardProbe(text: "", score: -1)],
      validation: ["eval_accuracy": 0.75, "eval_loss": 0.5])
    mutation = JSONMutation([record.json])
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    FuzzInput(path: RewardRecord.fileName, bytes: mutation.make(&random))
  }

  func read(_ file: URL) throws {
    let record = try RewardRecord.read(from: file.deletingLastPathComponent(), displayName: "reward")
    _ = record?.suspicion
    _ = record?.scale.map { $0(1) }
    _ = record?.probes.map { $0.accepts(0) }
  }
}
