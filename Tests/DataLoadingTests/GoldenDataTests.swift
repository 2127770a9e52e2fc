import DataLoading
import Foundation
import JSONText
import Testing
import Tokenization

/// The token counts that TRL logged for the golden rows.
@Suite struct GoldenDataTests {
  private func tokenizer(_ run: JSON, model: String = "llama") throws -> RowTokenizer {
    RowTokenizer(
      tokenizer: try Tokenizer.load(directory: Fixtures.golden.appendingPathComponent("models/\(model)")),
      maximumLength: run["config"]?["max_length"]?.intValue ?? 1024, onOverlong: .truncate, file: "golden")
  }

  private func rows(_ name: String, _ kind: DataKind) throws -> [LocatedRecord] {
    try RecordFile.load(
      Fixtures.golden.appendingPathComponent("data/\(name).jsonl"), displayName: "\(name).jsonl", kind: kind
    ).rows
  }

  /// Checks the running count of tokens at every logged step against rows taken in order.
  private func check(_ run: JSON, lengths: [Int]) throws {
    let config = try #require(run["config"])
    let size =
      (config["per_device_train_batch_size"]?.intValue ?? 8)
      * (config["gradient_accumulation_steps"]?.intValue ?? 1)
    var total = 0
    for (step, entry) in (run["log"]?.arrayValue ?? []).enumerated() {
      total += batch(at: step, of: size, from: lengths).reduce(0, +)
      if let expected = entry["num_tokens"]?.doubleValue {
        #expect(Double(total) == expected, "step \(step + 1)")
      }
    }
    #expect(total > 0)
  }

  /// The lengths of the rows of one step, in order; the last batch of an epoch is smaller.
  private func batch(at step: Int, of size: Int, from lengths: [Int]) -> ArraySlice<Int> {
    let steps = (lengths.count + size - 1) / size
    return lengths.dropFirst(step % steps * size).prefix(size)
  }

  @Test(arguments: ["prompt_completion", "prompt_completion_accumulate", "truncated"])
  func `prompts and completions`(name: String) throws {
    let run = try Fixtures.json(Fixtures.golden.appendingPathComponent("sft/\(name).json"))
    let result = try tokenizer(run).demonstrations(
      try rows("sft", .demonstrations), requiresTrainedEnd: false)
    try check(run, lengths: result.rows.map(\.ids.count))
  }

  @Test func `conversations`() throws {
    let run = try Fixtures.json(Fixtures.golden.appendingPathComponent("sft/messages.json"))
    let result = try tokenizer(run).demonstrations(try rows("messages", .demonstrations))
    try check(run, lengths: result.rows.map(\.ids.count))
  }

  @Test func `preferences`() throws {
    let records = try rows("preference", .preferences)
    let dpo = try Fixtures.json(Fixtures.golden.appendingPathComponent("dpo/sigmoid.json"))
    let pairs = try tokenizer(dpo).pairs(records).rows
    try check(dpo, lengths: pairs.map { $0.chosen.ids.count + $0.rejected.ids.count })
    let reward = try Fixtures.json(Fixtures.golden.appendingPathComponent("reward/plain.json"))
    let rankings = try tokenizer(reward, model: "llama_reward").rankings(records).rows
    try check(reward, lengths: rankings.map { $0.candidates.reduce(0) { $0 + $1.ids.count } })
    #expect(rankings.allSatisfy { $0.margin != nil })
  }
}
