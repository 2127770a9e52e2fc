import JSONText
import LanguageModels
import Pipeline
import TestSupport
import Testing

@Suite struct DPOStageTests {
  @Test(
    arguments: [
      (
        ["loss_type": "hinge", "label_smoothing": 0.1],
        "label_smoothing has no effect with `loss_type: hinge`"
      ),
      (
        ["conventions": "trl", "label_smoothing": 0.1],
        "label_smoothing has no effect with `loss_type: sigmoid` and `conventions: trl`"
      ),
      (
        ["loss_type": "exo_pair"], "label_smoothing must be greater than 0 with `loss_type: exo_pair`"
      ),
      (
        ["loss_type": ["sigmoid", "nca_pair"], "f_divergence_type": "js_divergence"],
        "f_divergence_type is not defined for nca_pair: only reverse_kl is"
      ),
      (
        ["loss_type": "sft", "f_divergence_type": "forward_kl"],
        "f_divergence_type has no effect with `loss_type: sft`"
      ),
      (
        ["f_alpha_divergence_coef": 0.3],
        "f_alpha_divergence_coef has no effect without `f_divergence_type: alpha_divergence`"
      ),
      (["discopop_tau": 0.2], "discopop_tau has no effect without `loss_type: discopop`"),
      (["loss_type": "sft", "beta": 0.2], "beta has no effect with `loss_type: sft`"),
      (["loss_type": "sft", "ld_alpha": 0.2], "ld_alpha has no effect with `loss_type: sft`"),
      (["loss_type": "sft", "reference_free": true], "reference_free has no effect with `loss_type: sft`"),
      (
        ["loss_type": ["sigmoid", "sft"], "loss_weights": [1.0]],
        "loss_weights has 1 factors for 2 losses"
      ),
      (["loss_type": ["ipo", "ipo"]], "loss_type names a loss twice"),
      (
        ["loss_type": "aot", "use_weighting": true],
        "use_weighting cannot weigh aot, which is no mean over pairs"
      ),
      (
        ["reference_free": true, "f_divergence_type": "forward_kl"],
        "f_divergence_type has no meaning with `reference_free: true`"
      ),
      (
        ["reference_free": true, "sync_ref_model": true],
        "sync_ref_model has no effect with `reference_free: true`"
      ),
      (
        ["ref_model_mixup_alpha": 0.5], "ref_model_mixup_alpha has no effect without `sync_ref_model: true`"
      ),
      (["ref_model_sync_steps": 8], "ref_model_sync_steps has no effect without `sync_ref_model: true`"),
    ] as [(JSON, String)])
  func `An option without effect, or one that a loss refuses, is an error at its key`(
    configuration: JSON, problem: String
  ) throws {
    #expect(try StageBench.problems("dpo", configuration) == [problem])
  }

  @Test func `Label smoothing stays below one half`() throws {
    for loss in ["sigmoid", "robust"] {
      #expect(
        try StageBench.problems("dpo", ["loss_type": .string(loss), "label_smoothing": 0.5]).count == 1)
    }
  }

  @Test func `An adapter is no reference to mix, and losses over the batch leave nothing out at random`()
    throws
  {
    let connected: Set = ["model", "reference"]
    #expect(
      try StageBench.problems("dpo", ["lora": ["r": 2], "sync_ref_model": true], connected: connected) == [
        "sync_ref_model cannot mix the reference with an adapter: remove it or `lora`"
      ])
    let coupled: JSON = ["loss_type": "aot", "micro_batch_size": 2, "lora": ["dropout": 0.1]]
    #expect(
      try StageBench.problems("dpo", coupled, connected: connected) == [
        "lora.dropout must be 0 here: a loss over the whole batch in micro-batches computes log-probabilities twice"
      ])
    #expect(try StageBench.problems("dpo", ["lora": ["r": 2], "reference_free": true]) == [])
  }

  @Test func `An input that nothing looks at is an error`() throws {
    #expect(
      try StageBench.problems("dpo", ["reference_free": true], connected: ["reference"])
        == ["reference_free leaves the input `reference` without effect"])
    #expect(
      try StageBench.problems("dpo", ["loss_type": "sft"], connected: ["reference"])
        == ["loss_type leaves the input `reference` without effect"])
  }

  @Test(
    arguments: [
      [:], ["loss_type": "robust", "label_smoothing": 0.1],
      ["loss_type": ["sigmoid", "sft"], "loss_weights": [1, 0.5], "label_smoothing": 0.1],
      ["loss_type": ["sigmoid", "robust"], "conventions": "trl", "label_smoothing": 0.1],
      ["loss_type": ["discopop", "sft"], "discopop_tau": 0.1, "f_divergence_type": "alpha_divergence"],
      ["sync_ref_model": true, "ref_model_sync_steps": 8], ["reference_free": true, "ld_alpha": 0.5],
      ["loss_type": "aot_unpaired", "label_smoothing": 0.2],
      ["loss_type": "apo_down", "use_weighting": true],
    ] as [JSON])
  func `Options that go together are no problem`(configuration: JSON) throws {
    #expect(try StageBench.problems("dpo", configuration, connected: []) == [])
  }

  @Test func `An unknown loss is answered with the nearest name, where it stands`() throws {
    #expect(
      try StageBench.problems("dpo", ["loss_type": ["sigmoid", "hing"]])[0].hasPrefix(
        "loss_type[1] must be one of sigmoid, hinge, ipo"))
    #expect(
      try StageBench.problems("dpo", ["loss_type": []]) == ["loss_type must be a loss or a list of losses"])
  }

  @Test(
    arguments: [
      ["loss_type": "ipo"], ["loss_type": ["sigmoid", "sft"], "loss_weights": [1.0, 0.5]],
      ["loss_type": "aot", "micro_batch_size": 1], ["reference_free": true],
      ["sync_ref_model": true, "ref_model_sync_steps": 1],
    ] as [JSON])
  func `A run trains on ranked rows and writes a model`(options: JSON) throws {
    let bench = try StageBench()
    let (events, outputs) = try bench.run(
      "dpo", PreferenceBench.configuration(options),
      inputs: [
        PreferenceBench.model(bench), try PreferenceBench.pairs(bench, port: "data"),
        try PreferenceBench.pairs(bench, port: "validation"),
      ])
    #expect(events.values("loss").count == 3)
    #expect(events.values("rewards/margins").count == 3 && events.values("eval_loss").count == 1)
    _ = try LanguageModel.load(directory: outputs.appendingPathComponent("model"), head: .vocabulary)
  }

  @Test func `A reference of its own is what log-ratios are taken against`() throws {
    let bench = try StageBench()
    let inputs = [PreferenceBench.model(bench), try PreferenceBench.pairs(bench, port: "data")]
    let (first, outputs) = try bench.run(
      "dpo", PreferenceBench.configuration(["learning_rate": 0.01]), inputs: inputs)
    #expect(first.values("rewards/chosen")[0] == 0)
    let (second, _) = try bench.run(
      "dpo", PreferenceBench.configuration([:]),
      inputs: inputs + [
        bench.input(outputs.appendingPathComponent("model"), port: "reference", type: .model)
      ])
    #expect(second.values("rewards/chosen")[0] != 0)
  }
}

/// What the stages of preference training are given in tests.
enum PreferenceBench {
  /// Three steps over four rows, and what a test adds.
  static func configuration(_ options: JSON) -> JSON {
    let common: JSON = ["batch_size": 2, "max_steps": 3, "learning_rate": 0.001]
    let members = (options.members ?? [])
    return .object((common.members ?? []).filter { own in !members.contains { $0.key == own.key } } + members)
  }

  static func model(_ bench: StageBench) -> StageInput {
    bench.input(Golden.committed.appendingPathComponent("models/llama"), port: "model", type: .model)
  }

  static func pairs(_ bench: StageBench, port: String, rows: ClosedRange<Int> = 1...4) throws -> StageInput {
    let rows = rows.map {
      #"{"prompt": "Say \#($0):", "chosen": " yes, it is \#($0)", "rejected": " no"}"#
    }
    return try bench.file(
      rows.joined(separator: "\n"), name: "\(port).jsonl", port: port, type: .preferences)
  }
}
