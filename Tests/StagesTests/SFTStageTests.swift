import Diagnostics
import Foundation
import JSONText
import LanguageModels
import Pipeline
import TestSupport
import Testing

@Suite struct SFTStageTests {
  private static let model = Golden.committed.appendingPathComponent("models/llama")

  @Test(
    arguments: [
      (["packing_strategy": "wrapped"], "packing_strategy has no effect without `packing: true`"),
      (
        ["packing": true, "packing_strategy": "bfd_split", "on_overlong": "drop"],
        "on_overlong has no effect with `packing_strategy: bfd_split`, which splits longer rows"
      ),
      (
        ["load_best_model_at_end": true, "eval_steps": 2],
        "load_best_model_at_end has no effect without a `validation` input"
      ),
      (
        ["early_stopping_patience": 2],
        "early_stopping_patience has no effect without `load_best_model_at_end: true`"
      ),
      (
        ["early_stopping_threshold": 0.1],
        "early_stopping_threshold has no effect without `load_best_model_at_end: true`"
      ),
      (
        ["metric_for_best_model": "eval_entropy"],
        "metric_for_best_model has no effect without `load_best_model_at_end: true`"
      ),
      (
        ["greater_is_better": true],
        "greater_is_better has no effect without `load_best_model_at_end: true`"
      ),
    ] as [(JSON, String)])
  func `An option without effect is an error at its key`(configuration: JSON, problem: String) throws {
    #expect(try StageBench.problems("sft", configuration).contains(problem))
  }

  @Test(
    arguments: [
      (
        ["load_best_model_at_end": true],
        "load_best_model_at_end has no effect without `eval_steps`: validation comes at the end only"
      ),
      (
        ["load_best_model_at_end": true, "eval_steps": 2, "early_stopping_threshold": 0.1],
        "early_stopping_threshold has no effect without `early_stopping_patience`"
      ),
      (
        ["load_best_model_at_end": true, "eval_steps": 2, "metric_for_best_model": "accuracy"],
        "metric_for_best_model is eval_accuracy, which is no figure of validation"
      ),
    ] as [(JSON, String)])
  func `With validation, too, an option without effect is an error`(
    configuration: JSON, problem: String
  ) throws {
    #expect(try StageBench.problems("sft", configuration, connected: ["validation"]) == [problem])
  }

  private func inputs(_ bench: StageBench, _ rows: [JSON], validation: [JSON] = []) throws -> [StageInput] {
    func text(_ rows: [JSON]) -> String { rows.map { $0.compact + "\n" }.joined() }
    var inputs = [
      bench.input(Self.model, port: "model", type: .model),
      try bench.file(text(rows), name: "rows.jsonl", port: "data", type: .demonstrations),
    ]
    if !validation.isEmpty {
      inputs.append(
        try bench.file(text(validation), name: "held.jsonl", port: "validation", type: .demonstrations))
    }
    return inputs
  }

  private let answers: [JSON] = (1...9).map { index in
    [
      "prompt": .string("Ticket \(index): the export fails.\nReply:"),
      "completion": .string(String(repeating: " Please try again.", count: 1 + index % 3)),
    ]
  }
  private let talk: JSON = [
    "messages": [["role": "user", "content": "Hi"], ["role": "assistant", "content": "Hello"]]
  ]

  @Test func `Training only a part that no row has is an error, before and at the start`() throws {
    let bench = try StageBench()
    for (configuration, rows, message) in [
      (["assistant_only_loss": true], answers, "is no conversation"),
      (["completion_only_loss": true], [talk], "has no completion"),
      (["completion_only_loss": false], [talk], "completion_only_loss has no effect"),
    ] as [(JSON, [JSON], String)] {
      let inputs = try inputs(bench, rows)
      let found = try StageBench.audit("sft", configuration, inputs: inputs).diagnostics
      #expect(found.contains { $0.severity == .error && $0.message.contains(message) }, "\(message)")
      let error = #expect(throws: DiagnosticList.self) {
        try bench.run("sft", configuration, inputs: inputs)
      }
      #expect(error?.diagnostics.contains { $0.message.contains(message) } == true)
    }
  }

  @Test func `One step over all rows gives the same model, packed or not`() throws {
    let bench = try StageBench()
    let base: [JSON.Member] = [
      JSON.Member("max_steps", 1), JSON.Member("batch_size", 9), JSON.Member("learning_rate", 0.01),
    ]
    let inputs = try inputs(bench, answers)
    let alone = try bench.run("sft", .object(base), inputs: inputs)
    let packed = try bench.run(
      "sft", .object(base + [JSON.Member("packing", true), JSON.Member("max_length", 100)]), inputs: inputs)
    let losses = (alone.events.values("loss")[0], packed.events.values("loss")[0])
    #expect(relativeDifference(losses.0, losses.1) < 1e-6)
    #expect(alone.events.values("num_tokens") == packed.events.values("num_tokens"))
    let norms = (alone.events.values("grad_norm")[0], packed.events.values("grad_norm")[0])
    #expect(relativeDifference(norms.0, norms.1) < 1e-6)
    _ = try LanguageModel.load(directory: packed.outputs.appendingPathComponent("model"), head: .vocabulary)
  }

  @Test func `Packs make fewer steps of an epoch, and long rows go on in another pack`() throws {
    let bench = try StageBench()
    let inputs = try inputs(bench, answers, validation: answers)
    func steps(_ configuration: JSON) throws -> Int {
      try bench.run("sft", configuration, inputs: inputs).events.values("loss").count
    }
    #expect(try steps(["num_train_epochs": 1, "batch_size": 1]) == 9)
    #expect(try steps(["num_train_epochs": 1, "batch_size": 1, "packing": true, "max_length": 200]) < 4)
    let split: JSON = [
      "num_train_epochs": 1, "batch_size": 1, "packing": true, "packing_strategy": "wrapped",
      "max_length": 20,
    ]
    let result = try bench.run("sft", split, inputs: inputs)
    let whole = try bench.run("sft", ["max_steps": 1, "batch_size": 9], inputs: inputs)
    #expect(result.events.values("num_tokens").last == whole.events.values("num_tokens").last)
    #expect(result.events.values("eval_loss").count == 1)
  }

  @Test func `The stored model is that of the best validation`() throws {
    let bench = try StageBench()
    let other: [JSON] = (1...4).map { ["prompt": .string("Question \($0)?"), "completion": " Nonsense!"] }
    let inputs = try inputs(bench, answers, validation: other)
    let configuration: JSON = [
      "max_steps": 12, "batch_size": 3, "learning_rate": 0.02, "eval_steps": 1,
      "load_best_model_at_end": true,
    ]
    let events = try bench.run("sft", configuration, inputs: inputs).events
    let losses = events.values("eval_loss")
    #expect(events.values("best_eval_loss") == [losses.min()])
    let best = try #require(events.values("best_step").last)
    #expect(losses[Int(best) - 1] == losses.min())
    #expect(losses.min() != losses.last, "the last model is not the best one")
  }
}
