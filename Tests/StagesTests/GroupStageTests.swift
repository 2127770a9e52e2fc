import Diagnostics
import Foundation
import JSONText
import TestSupport
import Testing

@Suite struct GroupStageTests {
  private static let judge = JSON.object([.init("exact_match", [:])])

  private func problems(_ kind: String, _ more: [JSON.Member], connected: Set<String> = []) throws -> [String]
  {
    try StageBench.problems(kind, .object([.init("judge", Self.judge)] + more), connected: connected)
  }

  @Test(arguments: ["grpo", "rloo"])
  func `Defaults with a judge are without problems`(kind: String) throws {
    #expect(try problems(kind, []) == [])
  }

  @Test(
    arguments: [
      (
        JSON.Member("epsilon", 0.1),
        "epsilon has no effect with `num_iterations: 1`, where the ratio is always 1"
      ),
      (
        .init("epsilon_high", 0.3),
        "epsilon_high has no effect with `num_iterations: 1`, where the ratio is always 1"
      ),
      (.init("delta", 2), "delta has no effect with `num_iterations: 1`, where the ratio is always 1"),
      (
        .init("importance_sampling_level", "sequence"),
        "importance_sampling_level has no effect with `num_iterations: 1`, where the ratio is always 1"
      ),
      (.init("use_bias_correction_kl", false), "use_bias_correction_kl has no effect with `beta: 0`"),
      (
        .init("batch_size", 12), "batch_size is 12 answers, which num_generations (8) does not divide"
      ),
      (
        .init("reward_weights", ["rules": 2]),
        "reward_weights.rules has no effect: no reward of that name is declared"
      ),
      (
        .init("watchdogs", ["kl": ["max": 3]]),
        "watchdogs.kl has no effect with `beta: 0`, where no KL is measured"
      ),
      (
        .init("watchdogs", ["ratio": ["max": 3]]),
        "watchdogs.ratio has no effect with `num_iterations: 1`, where the ratio is always 1"
      ),
      (
        .init("watchdogs", ["length": ["action": "stop"]]),
        "watchdogs.length.action has no effect without `min` or `max`"
      ),
      (
        .init("watchdogs", ["length": ["min": 5, "max": 3]]),
        "watchdogs.length.min is 5.0, more than max (3.0)"
      ),
    ] as [(JSON.Member, String)])
  func `An option of GRPO that has no effect is an error`(member: JSON.Member, expected: String) throws {
    #expect(try problems("grpo", [member]) == [expected])
  }

  @Test func `A bound on the ratio must lie beyond the clip`() throws {
    #expect(
      try problems("grpo", [.init("num_iterations", 2), .init("delta", 1.1)])
        == ["delta is 1.1; it must be above 1 + epsilon_high (1.2)"])
  }

  @Test func `A reference needs a KL`() throws {
    #expect(
      try problems("grpo", [], connected: ["reference"]) == ["reference has no effect with `beta: 0`"])
    #expect(try problems("rloo", [], connected: ["reference"]) == [])
  }

  @Test(arguments: ["grpo", "rloo"])
  func `Something must say what a good answer is`(kind: String) throws {
    let message = "judge or `reward_model` must say what a good answer is"
    #expect(try StageBench.problems(kind, [:]) == [message])
    #expect(try StageBench.problems(kind, [:], connected: ["reward_model"]) == [])
  }

  @Test(
    arguments: [
      (JSON.object([]), "judge.length needs a `target` or a `limit`"),
      (["target": 3, "limit": 5], "judge.length.limit has no effect beside `target`"),
      (["target": 3, "cache": 1], "judge.length.cache has no effect without `limit`"),
      (["limit": 3, "cache": 3], "judge.length.cache is 3; it must be below the limit (3)"),
    ] as [(JSON, String)])
  func `A length is a target or a limit`(length: JSON, expected: String) throws {
    #expect(try StageBench.problems("grpo", ["judge": ["length": length]]) == [expected])
  }

  @Test(arguments: ["ppo", "grpo", "rloo"], ["top_k", "top_p", "min_p", "repetition_penalty"])
  func `Sampling that scoring does not reproduce is refused, with the reason`(kind: String, key: String)
    throws
  {
    let problems = try StageBench.problems(
      kind, .object([.init(key, 0.5)]), connected: ["reward_model"])
    #expect(problems.count == 1)
    #expect(problems[0].hasPrefix("\(key) must be "))
    #expect(problems[0].contains("log-probabilities are scored on the whole distribution"))
    let neutral: JSON = key == "top_k" || key == "min_p" ? 0 : 1
    #expect(
      try StageBench.problems(kind, .object([.init(key, neutral)]), connected: ["reward_model"]).isEmpty)
  }

  private func run(_ kind: String, _ more: [JSON.Member] = [], prompts: String) throws -> (
    events: RecordedEvents, outputs: URL
  ) {
    let bench = try StageBench()
    let configuration: [JSON.Member] = [
      .init("judge", ["exact_match": [:], "max_words": 3, "length": ["target": 4]]),
      .init("reward_weights", ["rules": 0.5]), .init("num_generations", 2), .init("batch_size", 4),
      .init("max_steps", 2), .init("max_completion_length", 6),
    ]
    let result = try bench.run(
      kind, .object(configuration + more),
      inputs: [
        bench.input(Golden.committed.appendingPathComponent("models/llama"), port: "model", type: .model),
        bench.file(prompts, name: "prompts.jsonl", port: "prompts", type: .prompts),
      ])
    return (result.events, result.outputs)
  }

  private let rows = (1...4).map { "{\"prompt\": \"\($0)+1=\", \"answer\": \($0 + 1)}\n" }.joined()

  @Test(arguments: ["grpo", "rloo"])
  func `Every reward is reported by its name, and the answers are written`(kind: String) throws {
    let events = try run(kind, prompts: rows).events
    for name in ["exact_match", "length", "rules"] {
      #expect(events.values("rewards/\(name)/mean").count == 2)
    }
    let total = zip(
      events.values("rewards/exact_match/mean"),
      zip(events.values("rewards/length/mean"), events.values("rewards/rules/mean"))
    ).map { $0 + $1.0 + 0.5 * $1.1 }
    for (found, wanted) in zip(events.values("reward"), total) { #expect(abs(found - wanted) < 1e-9) }
    #expect(events.values("loss").count == 2)
  }

  @Test func `A watchdog's stop is kept with the model`() throws {
    let events = try run(
      "grpo", [.init("watchdogs", ["length": ["max": 0, "action": "stop"]])], prompts: rows
    ).events
    #expect(events.values("loss").count == 1)
    #expect(events.facts("model")["watchdogs"]?["ended_early"]?.boolValue == true)
    #expect(events.warnings.contains { $0.contains("completions/mean_length") })
  }

  @Test func `A row without the right answer is an error that names its line`() throws {
    let error = #expect(throws: Diagnostic.self) {
      try run("grpo", prompts: rows + "{\"prompt\": \"5+1=\"}\n")
    }
    #expect(error?.message.contains("line 5") == true)
  }

  @Test func `Questions with worked answers serve as prompts`() throws {
    let rows = (1...4).map { "{\"question\": \"\($0)+1=\", \"answer\": \"so #### \($0 + 1)\"}\n" }.joined()
    #expect(try run("rloo", prompts: rows).events.values("reward").count == 2)
  }
}
