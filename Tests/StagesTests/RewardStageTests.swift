import Compute
import Diagnostics
import Foundation
import JSONText
import LanguageModels
import Pipeline
import TestSupport
import Testing

@Suite struct RewardStageTests {
  private static let model = Golden.committed.appendingPathComponent("models/llama")
  private let workspace = Workspace(threads: 1)
  private let quick: [JSON.Member] = [
    JSON.Member("max_steps", 24), JSON.Member("batch_size", 6), JSON.Member("learning_rate", 0.01),
  ]

  /// Helpful answers against curt ones.
  private static func pairs(_ range: ClosedRange<Int>, swapped: Bool = false) -> [JSON] {
    range.map { index in
      let good = [" Sorry about that. Please restart the app.", " Please update the client and try again."]
      let bad = [" No.", " Whatever.", " Stop asking!"]
      let answers = [good[index % 2], bad[index % 3]]
      return [
        "prompt": .string("Ticket \(index): my login fails.\nReply:"),
        "chosen": .string(answers[swapped ? 1 : 0]), "rejected": .string(answers[swapped ? 0 : 1]),
      ]
    }
  }

  private func file(
    _ bench: StageBench, _ rows: [JSON], _ port: String, type: PortType = .preferences
  ) throws -> StageInput {
    try bench.file(
      rows.map { $0.compact + "\n" }.joined(), name: "\(port).jsonl", port: port, type: type)
  }

  private func train(
    _ bench: StageBench, _ rows: [JSON], validation: [JSON] = [], reference: StageInput? = nil,
    _ settings: [JSON.Member] = []
  ) throws -> (events: RecordedEvents, directory: URL) {
    var inputs = [
      bench.input(Self.model, port: "model", type: .model), try file(bench, rows, "data"),
    ]
    if !validation.isEmpty { inputs.append(try file(bench, validation, "validation")) }
    if let reference { inputs.append(reference) }
    let result = try bench.run("reward", .object(quick + settings), inputs: inputs)
    return (result.events, result.outputs.appendingPathComponent("reward_model"))
  }

  private func scores(_ model: RewardModel, _ rows: [JSON], _ key: String) -> [Float] {
    let texts = rows.map { row in
      (row["prompt"]?.stringValue ?? "") + (row[key]?.stringValue ?? "") + "<|endoftext|>"
    }
    return model.scores(texts.map { model.model.tokenizer.encode($0) }, workspace: workspace)
  }

  @Test func `Options without effect are errors at their keys`() throws {
    #expect(
      try StageBench.problems("reward", [:], connected: ["reference_data"]) == [
        "reference_data has no effect without `normalize_rewards: true`"
      ])
    #expect(
      try StageBench.problems(
        "reward",
        ["load_best_model_at_end": true, "eval_steps": 1, "metric_for_best_model": "eval_win_rate"],
        connected: ["validation"]) == [
          "metric_for_best_model is eval_win_rate, which is no figure of validation"
        ])
    #expect(
      try StageBench.problems(
        "reward",
        ["load_best_model_at_end": true, "eval_steps": 1, "metric_for_best_model": "accuracy_length_q1"],
        connected: ["validation"]
      ).isEmpty)
  }

  @Test func `A margin that the loss does not read is an error at its row`() throws {
    let bench = try StageBench()
    var rows = Self.pairs(1...3)
    rows[1] = .object((rows[1].members ?? []) + [JSON.Member("margin", 0.5)])
    let inputs = [
      bench.input(Self.model, port: "model", type: .model), try file(bench, rows, "data"),
    ]
    let configuration: JSON = ["ranking_loss": "plackett_luce"]
    let found = try StageBench.audit("reward", configuration, inputs: inputs).diagnostics
    #expect(found.first?.message.contains("margin of the row has no effect") == true)
    #expect(found.first?.location?.line == 2)
    #expect(throws: DiagnosticList.self) { try bench.run("reward", configuration, inputs: inputs) }
    #expect(try StageBench.audit("reward", [:], inputs: inputs).diagnostics.isEmpty)
    let listed: JSON = ["prompt": "P:", "ranked": ["a", "b"], "margin": 1]
    let list = [
      bench.input(Self.model, port: "model", type: .model), try file(bench, [listed], "data"),
    ]
    let refused = try StageBench.audit("reward", [:], inputs: list).diagnostics
    #expect(refused.first?.message.contains("\"margin\" has no effect on a ranked row") == true)
  }

  @Test func `Swapped columns give mirrored held-out accuracy, and a warning`() throws {
    let bench = try StageBench()
    let held = Self.pairs(31...40)
    let straight = try train(bench, Self.pairs(1...18), validation: held)
    let swapped = try train(bench, Self.pairs(1...18, swapped: true), validation: held)
    let accuracies = [straight, swapped].compactMap { $0.events.values("eval_accuracy").last }
    #expect(accuracies == [1, 0])
    #expect(straight.events.warnings.isEmpty)
    #expect(swapped.events.warnings.count == 1)
    #expect(swapped.events.warnings.first?.contains("chosen and rejected may be swapped") == true)
    let facts = swapped.events.facts("reward_model")
    #expect(facts["validation"]?["eval_accuracy"]?.doubleValue == 0)
    let record = try RewardRecord.read(from: swapped.directory, displayName: "judge")
    #expect(record?.suspicion != nil)
  }

  @Test func `A stage that uses a suspicious reward model says so in its audit`() throws {
    let bench = try StageBench()
    let swapped = try train(bench, Self.pairs(1...18, swapped: true), validation: Self.pairs(31...36))
    let inputs = [
      bench.input(Self.model, port: "models", name: "base", type: .model),
      bench.input(swapped.directory, port: "reward_model", type: .rewardModel),
      try file(bench, [["prompt": "Ticket 5"]], "prompts", type: .prompts),
    ]
    let found = try StageBench.audit("evaluate", [:], inputs: inputs).diagnostics
    #expect(found.contains { $0.severity == .warning && $0.message.contains("may be swapped") })
  }

  @Test func `Normalised rewards have mean 0 and deviation 1 on the chosen answers`() throws {
    let bench = try StageBench()
    let rows = Self.pairs(1...18)
    let raw = try RewardModel.load(directory: try train(bench, rows).directory, workspace: workspace)
    let result = try train(bench, rows, [JSON.Member("normalize_rewards", true)])
    let normalized = try RewardModel.load(directory: result.directory, workspace: workspace)
    let found = scores(normalized, rows, "chosen").map(Double.init)
    let mean = found.reduce(0, +) / 18
    #expect(abs(mean) < 1e-4)
    #expect(abs(found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 18 - 1) < 1e-4)
    #expect(raw.record.scale == nil && normalized.record.scale?.count == 18)
    // Training is the same; only the scale is new.
    let scale = try #require(RewardScale(of: scores(raw, rows, "chosen")))
    #expect(scores(normalized, rows, "rejected") == scores(raw, rows, "rejected").map { scale($0) })
    #expect(result.events.facts("reward_model")["normalization"]?["answers"]?.intValue == 18)
  }

  @Test(arguments: [PortType.preferences, .demonstrations])
  func `The answers to normalise on may be given`(type: PortType) throws {
    let bench = try StageBench()
    let rows = Self.pairs(50...55).map { row -> JSON in
      type == .preferences
        ? row : ["prompt": row["prompt"] ?? .null, "completion": row["chosen"] ?? .null]
    }
    let reference = try file(bench, rows, "reference_data", type: type)
    let seen = try StageBench.audit(
      "reward", ["normalize_rewards": true],
      inputs: [bench.input(Self.model, port: "model", type: .model), reference])
    #expect(seen.inputs.map(\.rows) == [6] && seen.diagnostics.isEmpty)
    let result = try train(
      bench, Self.pairs(1...9), reference: reference, [JSON.Member("normalize_rewards", true)])
    let model = try RewardModel.load(directory: result.directory, workspace: workspace)
    #expect(model.record.scale?.count == 6)
    #expect(abs(scores(model, Self.pairs(50...55), "chosen").reduce(0, +)) < 1e-3)
  }

  @Test func `One reference answer has no spread to normalise by`() throws {
    let bench = try StageBench()
    let reference = try file(bench, Self.pairs(50...50), "reference_data")
    let error = #expect(throws: Diagnostic.self) {
      try train(bench, Self.pairs(1...9), reference: reference, [JSON.Member("normalize_rewards", true)])
    }
    #expect(error?.message.contains("1 reference answers have no different rewards") == true)
  }

  @Test(arguments: ["pairwise", "plackett_luce"])
  func `Lists with ties and unranked answers are learned`(loss: String) throws {
    let bench = try StageBench()
    let rows: [JSON] = (1...12).map { index in
      [
        "prompt": .string("Ticket \(index): my login fails.\nReply:"),
        "completions": [" Sorry, please retry.", " Please wait.", " Hm.", " No.", " Whatever."],
        "ranks": [1, 1, 2, 3, .null],
      ]
    }
    let events = try train(bench, rows, validation: rows, [JSON.Member("ranking_loss", .string(loss))]).events
    #expect(events.values("eval_accuracy").last == 1)
    #expect((events.values("loss").last ?? .nan) < 0.2 * events.values("loss")[0])
  }

  @Test func `Consumers report rewards on the model's scale`() throws {
    let bench = try StageBench()
    let raw = try train(bench, Self.pairs(1...12))
    let scaled = try train(bench, Self.pairs(1...12), [JSON.Member("normalize_rewards", true)])
    let scale = try #require(try RewardRecord.read(from: scaled.directory, displayName: "")?.scale)
    let prompts = try file(
      bench, [["prompt": "Ticket 5"], ["prompt": "Ticket 77"]], "prompts", type: .prompts)
    let rewards = try [raw, scaled].map { trained in
      let inputs = [
        bench.input(Self.model, port: "models", name: "base", type: .model),
        bench.input(trained.directory, port: "reward_model", type: .rewardModel), prompts,
      ]
      let events = try bench.run("evaluate", ["max_new_tokens": 8], inputs: inputs).events
      return try #require(events.values("base.reward").last)
    }
    #expect(
      relativeDifference(rewards[1], (rewards[0] - scale.mean) / scale.standardDeviation) < 1e-6)
  }

  @Test func `PPO learns from rewards on the model's scale`() throws {
    let bench = try StageBench()
    let judge = try train(bench, Self.pairs(1...12), [JSON.Member("normalize_rewards", true)]).directory
    let prompts = try file(
      bench, [["prompt": "Ticket 5"], ["prompt": "Ticket 77"]], "prompts", type: .prompts)
    let result = try bench.run(
      "ppo", ["max_steps": 1, "batch_size": 2, "response_length": 6],
      inputs: [
        bench.input(Self.model, port: "model", type: .model),
        bench.input(judge, port: "reward_model", type: .rewardModel), prompts,
      ])
    let lines = try String(contentsOf: result.outputs.appendingPathComponent("rollouts"), encoding: .utf8)
    let rollouts = try lines.split(separator: "\n").map { try JSON.parse(Array($0.utf8), file: "rollouts") }
    let model = try RewardModel.load(directory: judge, workspace: workspace)
    let expected = model.scores(rollouts.map { $0["ids"]?.ids ?? [] }, workspace: workspace)
    #expect(rollouts.count == 2 && model.record.scale != nil)
    for (rollout, score) in zip(rollouts, expected) {
      #expect(abs((rollout["reward"]?.doubleValue ?? .nan) - Double(score)) < 1e-5)
    }
  }

  @Test func `A damaged reward model is refused where it is used`() throws {
    let bench = try StageBench()
    let trained = try train(bench, Self.pairs(1...6))
    let model = try LanguageModel.load(directory: trained.directory, head: .scalar)
    let weights = model.parameters.buffer(at: 0)
    for index in weights.indices { weights[index] *= 1.5 }
    try model.save(to: trained.directory)
    let inputs = [
      bench.input(Self.model, port: "models", name: "base", type: .model),
      bench.input(trained.directory, port: "reward_model", type: .rewardModel),
      try file(bench, [["prompt": "Ticket 5"]], "prompts", type: .prompts),
    ]
    let error = #expect(throws: Diagnostic.self) {
      try bench.run("evaluate", ["max_new_tokens": 4], inputs: inputs)
    }
    #expect(error?.code == .rewardProbe)
    let goOn = #expect(throws: Diagnostic.self) {
      try bench.run(
        "reward", .object(quick),
        inputs: [
          bench.input(trained.directory, port: "model", type: .rewardModel),
          try file(bench, Self.pairs(1...6), "data"),
        ])
    }
    #expect(goOn?.code == .rewardProbe)
  }
}
