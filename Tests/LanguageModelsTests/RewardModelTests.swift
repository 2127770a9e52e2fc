import Compute
import Diagnostics
import Foundation
import LanguageModels
import TestSupport
import Testing

@Suite struct RewardModelTests {
  private let workspace = Workspace(threads: 1)
  private let sequences: [[Int32]] = [[5, 6, 7], [8, 9], [10, 11, 12, 13]]

  /// A directory with a reward model whose record has probes, and a scale if wanted.
  private func withDirectory(scale: RewardScale? = nil, _ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("reward-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let model = try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent("models/llama_reward"), head: .scalar)
    let record = RewardRecord(
      scale: scale, probes: RewardModel.makeProbes(model, workspace: workspace),
      validation: ["eval_accuracy": 0.75])
    try RewardModel(model, record: record).save(to: directory)
    try body(directory)
  }

  private func rewrite(_ directory: URL, _ change: (String) -> String) throws {
    let file = directory.appendingPathComponent(RewardRecord.fileName)
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    try Data(change(text).utf8).write(to: file)
  }

  @Test func `A saved reward model opens as it was, and as a plain classifier`() throws {
    let scale = RewardScale(mean: 0.25, standardDeviation: 2, count: 7)
    try withDirectory(scale: scale) { directory in
      let loaded = try RewardModel.load(directory: directory, workspace: workspace)
      #expect(loaded.record.scale == scale && loaded.record.probes.count == 3)
      #expect(loaded.record.validation["eval_accuracy"]?.doubleValue == 0.75)
      let raw = try LanguageModel.load(directory: directory, head: .scalar)
        .scores(sequences, workspace: workspace)
      #expect(loaded.scores(sequences, workspace: workspace) == raw.map { Float((Double($0) - 0.25) / 2) })
    }
  }

  @Test func `A directory without a record loads without a check, with raw scores`() throws {
    try withDirectory { directory in
      try FileManager.default.removeItem(at: directory.appendingPathComponent(RewardRecord.fileName))
      let loaded = try RewardModel.load(directory: directory, workspace: workspace)
      #expect(loaded.record == RewardRecord())
      let raw = loaded.model.scores(sequences, workspace: workspace)
      #expect(loaded.scores(sequences, workspace: workspace) == raw)
    }
  }

  @Test func `Weights that score a probe otherwise are refused with probe, expected and found`() throws {
    try withDirectory { directory in
      let model = try LanguageModel.load(directory: directory, head: .scalar)
      let scores = model.parameters.buffer(at: model.parameters.specifications.count - 1)
      for index in scores.indices { scores[index] *= 1.01 }
      try model.save(to: directory)
      let error = #expect(throws: Diagnostic.self) {
        try RewardModel.load(directory: directory, displayName: "judge", workspace: workspace)
      }
      #expect(error?.code == .rewardProbe)
      let probe = try #require(try RewardRecord.read(from: directory, displayName: "judge")).probes[0]
      #expect(error?.message.contains(probe.text) == true)
      #expect(error?.message.contains("not \(probe.score)") == true)
    }
  }

  @Test func `Rounding is no damage`() throws {
    try withDirectory { directory in
      let model = try LanguageModel.load(directory: directory, head: .scalar)
      let scores = model.parameters.buffer(at: model.parameters.specifications.count - 1)
      for index in scores.indices { scores[index] *= 1 + 2e-6 }
      try model.save(to: directory)
      _ = try RewardModel.load(directory: directory, workspace: workspace)
    }
  }

  @Test(arguments: [
    ("plumb.reward_model/1", "plumb.reward_model/9"), ("\"score\"", "\"points\""),
    ("\"standard_deviation\": 2", "\"standard_deviation\": 0"), ("\"mean\"", "\"median\""),
  ])
  func `A record that says something else is refused`(old: String, new: String) throws {
    try withDirectory(scale: RewardScale(mean: 1, standardDeviation: 2, count: 2)) { directory in
      try rewrite(directory) { $0.replacing(old, with: new) }
      let error = #expect(throws: Diagnostic.self) {
        try RewardModel.load(directory: directory, workspace: workspace)
      }
      #expect(error?.code == .invalidRewardRecord)
    }
  }

  @Test func `A language model gives no reward`() throws {
    let error = #expect(throws: Diagnostic.self) {
      try RewardModel.load(
        directory: Golden.committed.appendingPathComponent("models/llama"), workspace: workspace)
    }
    #expect(error?.code == .missingTensor)
  }

  @Test func `A scale brings its scores to mean 0 and spread 1`() throws {
    let scores: [Float] = [1, 2, 4, 9]
    let scale = try #require(RewardScale(of: scores))
    #expect(scale.mean == 4 && scale.count == 4)
    #expect(abs(scale.standardDeviation - 9.5.squareRoot()) < 1e-12)
    let normalized = scores.map { Double(scale($0)) }
    #expect(abs(normalized.reduce(0, +)) < 1e-6)
    #expect(abs(normalized.reduce(0) { $0 + $1 * $1 } / 4 - 1) < 1e-6)
  }

  @Test func `Equal scores, or none, have no scale`() {
    #expect(RewardScale(of: [2, 2, 2]) == nil && RewardScale(of: []) == nil)
    #expect(RewardScale(of: [1, .nan]) == nil)
  }

  @Test(arguments: [(0.49, true), (0.5, false), (0.9, false)])
  func `Held-out accuracy below one half is suspicious`(accuracy: Double, isSuspicious: Bool) {
    let record = RewardRecord(validation: ["eval_accuracy": .number(accuracy)])
    #expect((record.suspicion != nil) == isSuspicious)
    #expect(RewardRecord().suspicion == nil)
  }
}
