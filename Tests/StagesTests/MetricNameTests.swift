import Foundation
import JSONText
import Pipeline
import Stages
import Testing

/// The names that `require` may use are those that a stage reports, found by running each kind on a few rows.
@Suite struct MetricNameTests {
  private let bench: StageBench

  init() throws { bench = try StageBench() }

  private func file(_ text: String, port: String, type: PortType) throws -> StageInput {
    try bench.file(text, name: port == "corpus" ? "corpus.txt" : "\(port).jsonl", port: port, type: type)
  }

  private func demonstrations(_ port: String) throws -> StageInput {
    try file(
      #"{"prompt": "a", "completion": "b"}"# + "\n" + #"{"prompt": "b", "completion": "c"}"# + "\n",
      port: port,
      type: .demonstrations)
  }

  private func preferences(_ port: String) throws -> StageInput {
    try file(
      #"{"prompt": "a", "chosen": "b", "rejected": "c"}"# + "\n"
        + #"{"prompt": "b", "chosen": "c", "rejected": "dd"}"# + "\n", port: port, type: .preferences)
  }

  private func prompts() throws -> StageInput {
    try file(#"{"prompt": "a"}"# + "\n" + #"{"prompt": "b"}"# + "\n", port: "prompts", type: .prompts)
  }

  /// Runs a stage and compares what it reports with what it says that it will.
  private func expectNames(
    _ kind: String, _ configuration: JSON, inputs: [StageInput], all: Bool = true,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let names = try #require(
      try StageBench.metricNames(kind, configuration, inputs: inputs), sourceLocation: location)
    let reported = try bench.run(kind, configuration, inputs: inputs).events.names
    #expect(reported.subtracting(names) == [], "reported, but not announced", sourceLocation: location)
    if all {
      #expect(names.subtracting(reported) == [], "announced, but not reported", sourceLocation: location)
    }
  }

  @Test func `supervised training reports what it announces`() throws {
    let inputs = [try bench.model(port: "model"), try demonstrations("data")]
    try expectNames("sft", ["max_steps": 1], inputs: inputs)
    try expectNames("sft", ["max_steps": 1], inputs: inputs + [demonstrations("validation")])
    let corpus = try file("some text\n\nmore text", port: "corpus", type: .text)
    try expectNames("pretrain", ["max_steps": 1, "max_length": 8], inputs: [inputs[0], corpus])
    try expectNames("tokenizer", ["vocab_size": 261], inputs: [corpus])
  }

  @Test func `reward training reports what it announces`() throws {
    let inputs = [try bench.model(port: "model"), try preferences("data")]
    try expectNames("reward", ["max_steps": 1], inputs: inputs)
    // Figures by quarter of margin and length need rows in each.
    let rows = (1...4).map { #"{"prompt": "a\#($0)", "chosen": "b", "rejected": "c"}"# + "\n" }.joined()
    let validation = try file(rows, port: "validation", type: .preferences)
    try expectNames(
      "reward", ["max_steps": 2, "eval_steps": 1, "load_best_model_at_end": true],
      inputs: inputs + [validation])
  }

  @Test(arguments: ["dpo", "kto", "orpo", "simpo"])
  func `preference training reports what it announces`(kind: String) throws {
    let inputs = [try bench.model(port: "model"), try preferences("data")]
    try expectNames(kind, ["max_steps": 1, "shuffle": false], inputs: inputs)
    try expectNames(kind, ["max_steps": 1], inputs: inputs + [preferences("validation")])
  }

  @Test func `PPO reports what it announces`() throws {
    let inputs = [
      try bench.model(port: "model"), try bench.model(port: "reward_model", type: .rewardModel),
      try prompts(),
    ]
    let configuration: JSON = ["max_steps": 1, "batch_size": 2, "response_length": 3]
    try expectNames("ppo", configuration, inputs: inputs, all: false)
    try expectNames(
      "ppo", ["max_steps": 1, "batch_size": 2, "response_length": 3, "kl_target": 1], inputs: inputs,
      all: false)
  }

  @Test func `an evaluation reports what it announces`() throws {
    func named(_ name: String) throws -> StageInput {
      var input = try bench.model(port: "models")
      input.name = name
      return input
    }
    let models = [try named("one"), try named("two")]
    let reward = try bench.model(port: "reward_model", type: .rewardModel)
    let corpus = try file("some text\n\nmore text", port: "corpus", type: .text)
    let everything: JSON = ["max_new_tokens": 3, "baseline": "two", "judge": ["must_contain": [["a"]]]]
    try expectNames(
      "evaluate", everything, inputs: models + [reward, corpus, demonstrations("data"), prompts()])
    try expectNames("evaluate", ["baseline": "one"], inputs: models + [demonstrations("data")])
    try expectNames(
      "evaluate", ["baseline": "one", "max_new_tokens": 3, "top_k": 4], inputs: models + [prompts()])
  }
}
