import JSONText
import Pipeline
import Stages
import Testing

/// Options that several kinds have, in combinations in which they have no effect; those of one kind are held beside it.
@Suite struct SharedOptionTests {
  /// Kinds that train, with what is connected to them.
  static let trainers: [(kind: String, connected: Set<String>, configuration: JSON)] = [
    ("pretrain", ["model", "corpus"], [:]), ("sft", ["model", "data"], [:]),
    ("reward", ["model", "data"], [:]),
    ("dpo", ["model", "data"], [:]), ("kto", ["model", "data"], [:]), ("orpo", ["model", "data"], [:]),
    ("simpo", ["model", "data"], [:]), ("classify", ["model", "data"], [:]),
    ("ppo", ["model", "reward_model", "prompts"], [:]),
    ("grpo", ["model", "reward_model", "prompts"], [:]), ("rloo", ["model", "reward_model", "prompts"], [:]),
  ]

  private func expect(
    _ problem: String, of index: Int, _ options: JSON, at location: SourceLocation = #_sourceLocation
  ) throws {
    let trainer = Self.trainers[index]
    let members = (trainer.configuration.members ?? []) + (options.members ?? [])
    let problems = try StageBench.problems(trainer.kind, .object(members), connected: trainer.connected)
    #expect(problems == [problem], "\(trainer.kind)", sourceLocation: location)
  }

  @Test func `No kind has a key of its own by the name of one that every stage has`() {
    for kind in StageRegistry.builtIn.kinds {
      let own = kind.inputs.map(\.name) + kind.describedFields.map(\.name)
      #expect(Set(own).isDisjoint(with: kind.commonFields.map(\.name)), "\(kind.name)")
    }
  }

  @Test(arguments: trainers.indices)
  func `a trainer is content with its defaults`(index: Int) throws {
    let trainer = Self.trainers[index]
    #expect(
      try StageBench.problems(trainer.kind, trainer.configuration, connected: trainer.connected) == [],
      "\(trainer.kind)")
  }

  @Test(arguments: trainers.indices)
  func `epochs have no effect beside steps`(index: Int) throws {
    try expect(
      "num_train_epochs has no effect beside `max_steps`", of: index, ["max_steps": 9, "num_train_epochs": 7])
  }

  @Test(arguments: trainers.indices)
  func `a constant rate has no warm-up`(index: Int) throws {
    try expect(
      "warmup_ratio has no effect with `lr_scheduler_type: constant`", of: index,
      ["lr_scheduler_type": "constant", "warmup_ratio": 0.1])
    try expect(
      "warmup_steps has no effect with `lr_scheduler_type: constant`", of: index,
      ["lr_scheduler_type": "constant", "warmup_steps": 3])
  }

  @Test(arguments: trainers.indices)
  func `warm-up is given once, and ends before the run`(index: Int) throws {
    try expect(
      "warmup_ratio has no effect beside `warmup_steps`", of: index, ["warmup_steps": 3, "warmup_ratio": 0.1])
    try expect(
      "warmup_steps is 9; the run has 9 steps and would end warming up", of: index,
      ["warmup_steps": 9, "max_steps": 9])
  }

  @Test(arguments: trainers.indices)
  func `a part of a batch is no greater than the batch`(index: Int) throws {
    try expect(
      "micro_batch_size is 64, more than batch_size (8)", of: index,
      ["micro_batch_size": 64, "batch_size": 8])
  }

  @Test(arguments: ["pretrain", "sft", "reward", "dpo", "kto", "orpo", "simpo"])
  func `validation needs rows to validate on`(kind: String) throws {
    let trainer = try #require(Self.trainers.first { $0.kind == kind })
    #expect(
      try StageBench.problems(kind, ["eval_steps": 2], connected: trainer.connected)
        == ["eval_steps has no effect without a `validation` input"])
  }

  @Test(arguments: ["ppo", "grpo", "rloo"], ["top_k", "top_p", "min_p", "repetition_penalty"])
  func `a sampling transform that scoring does not reproduce is refused with its reason`(
    kind: String, key: String
  ) throws {
    let problems = try StageBench.problems(kind, .object([JSON.Member(key, 0.5)]))
    #expect(
      problems.count == 1 && problems[0].contains("log-probabilities are scored on the whole distribution"))
  }

  @Test(
    arguments: [
      ("max_new_tokens", 9), ("temperature", 0.5), ("top_k", 3), ("top_p", 0.5), ("seed", 1), ("samples", 1),
    ] as [(String, JSON)])
  func `an evaluation without prompts samples nothing`(key: String, value: JSON) throws {
    #expect(
      try StageBench.problems(
        "evaluate", .object([JSON.Member(key, value)]), connected: ["models", "models.a", "data"])
        == ["\(key) has no effect without `prompts` to answer"])
  }

  @Test(
    arguments: [
      (["judge": ["min_words": 3]], ["data"], "judge has no effect without `prompts` to answer"),
      ([:], ["data", "reward_model"], "reward_model has no effect without `prompts` to answer"),
      (["baseline": "a"], ["data"], "baseline has no effect with one model"),
      (["temperature": 0, "top_k": 3], ["prompts"], "top_k has no effect with `temperature: 0`"),
      (["temperature": 0, "top_p": 0.5], ["prompts"], "top_p has no effect with `temperature: 0`"),
    ] as [(JSON, Set<String>, String)])
  func `an option of evaluate that has no effect is an error`(
    configuration: JSON, connected: Set<String>, problem: String
  ) throws {
    let ports = connected.union(["models", "models.a"])
    #expect(try StageBench.problems("evaluate", configuration, connected: ports) == [problem])
  }

  @Test func `a controller of the KL needs a coefficient to multiply`() throws {
    #expect(
      try StageBench.problems("ppo", ["kl_coef": 0, "kl_target": 3])
        == ["kl_target has no effect with `kl_coef: 0`, which the controller multiplies"])
  }

  @Test func `a tokenizer has no effect beside a model`() throws {
    #expect(
      try StageBench.problems("pretrain", [:], connected: ["model", "tokenizer", "corpus"])
        == ["tokenizer has no effect beside `model`, which brings its own"])
  }
}
