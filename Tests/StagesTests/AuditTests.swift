import Diagnostics
import Foundation
import JSONText
import LanguageModels
import Pipeline
import Stages
import Testing
import Tokenization

/// What is said of a stage's inputs before its first step; `plumb check` and a running stage say the same.
@Suite struct AuditTests {
  private let bench: StageBench

  init() throws { bench = try StageBench() }

  private static let answers = """
    {"prompt": "Q: a\\n", "completion": "yes it is"}
    {"prompt": "Q: b\\n", "completion": "no it is not"}

    """

  private func demonstrations(_ text: String = Self.answers) throws -> StageInput {
    try bench.file(text, name: "demos.jsonl", port: "data", type: .demonstrations)
  }

  private func prompts(_ text: String) throws -> StageInput {
    try bench.file(text, name: "prompts.jsonl", port: "prompts", type: .prompts)
  }

  @Test func `rows are counted, measured and shown with their trained tokens`() throws {
    let audit = try StageBench.audit(
      "sft", ["max_length": 16], inputs: [bench.model(port: "model"), demonstrations()])
    #expect(audit.diagnostics.isEmpty, "\(audit.diagnostics)")
    let input = try #require(audit.inputs.first)
    #expect(input.rows == 2 && input.marks == "trained" && input.samples.map(\.line) == [1, 2])
    #expect(input.distributions.map(\.name) == ["prompt", "answer", "whole", "trained"])
    let prompt = try #require(input.distributions.first)
    #expect(prompt.least == 5 && prompt.greatest == 5 && prompt.bins.map(\.count) == [2])
    let spans = try #require(input.samples.first?.texts.first?.spans)
    #expect(spans.map { $0.map(\.text).joined() } == ["Q: a\n", "yes it is<|endoftext|>"])
    #expect(spans.map { $0.allSatisfy(\.isMarked) } == [false, true])
    #expect(input.remarks.map(\.name) == ["truncated", "eos_lost"], "the second has 5 + 12 + 1 tokens")
    #expect(input.remarks.map(\.count) == [1, 1])
  }

  @Test func `without a tokenizer rows are still read`() throws {
    let audit = try StageBench.audit("sft", [:], inputs: [demonstrations()])
    #expect(audit.diagnostics.isEmpty && audit.inputs.first?.rows == 2)
    #expect(audit.inputs.first?.samples.isEmpty == true)
  }

  /// Expects the audit to find an error, and a run to end with the same before its first step.
  private func expectError(
    _ code: String, _ part: String, of kind: String, _ configuration: JSON, inputs: [StageInput],
    at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let found = try StageBench.audit(kind, configuration, inputs: inputs).diagnostics
    #expect(found.map(\.code.rawValue) == [code], "\(found)", sourceLocation: location)
    #expect(found.first?.message.contains(part) == true, "\(found)", sourceLocation: location)
    #expect(found.first?.hint != nil && found.first?.location != nil, "\(found)", sourceLocation: location)
    let error = #expect(throws: DiagnosticList.self, sourceLocation: location) {
      try bench.run(kind, configuration, inputs: inputs)
    }
    #expect(error?.diagnostics == found, sourceLocation: location)
  }

  @Test func `rows that all lose their EOS are an error`() throws {
    try expectError(
      "E128", "cuts it off every row", of: "sft", ["max_length": 8],
      inputs: [bench.model(port: "model"), demonstrations()])
  }

  @Test func `rows of which nothing is trained are an error`() throws {
    let inputs = [try bench.model(port: "model"), try demonstrations()]
    let found = try StageBench.audit("sft", ["max_length": 4], inputs: inputs).diagnostics
    #expect(found.first?.code.rawValue == "E127", "\(found)")
    #expect(throws: DiagnosticList.self) { try bench.run("sft", ["max_length": 4], inputs: inputs) }
  }

  @Test func `a template that puts no token after an answer is an error`() throws {
    let tokenizer = try Tokenizer.train(
      texts: ["a"],
      options: BPETrainingOptions(vocabularySize: 258, specialTokens: ["<|endoftext|>"], padToken: nil))
    let row = #"{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}"#
    try expectError(
      "E128", "<|im_end|>, which is no token", of: "sft", [:],
      inputs: [bench.model(tokenizer: tokenizer, port: "model"), demonstrations(row + "\n")])
  }

  @Test func `answers that end where the model does not stop are warned of`() throws {
    let row = #"{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}"#
    func found(_ tokenizer: Tokenizer) throws -> [Diagnostic] {
      try StageBench.audit(
        "sft", [:], inputs: [bench.model(tokenizer: tokenizer, port: "model"), demonstrations(row + "\n")]
      ).diagnostics
    }
    let endless = try found(try StageBench.byteTokenizer())
    #expect(endless.map(\.code.rawValue) == ["E525"] && endless[0].severity == .warning, "\(endless)")
    #expect(endless[0].message.contains("answers end with <|im_end|>, but the model stops at <|endoftext|>"))
    let options = BPETrainingOptions(vocabularySize: 260, eosToken: "<|im_end|>")
    #expect(try found(Tokenizer.train(texts: ["a"], options: options)).isEmpty)
  }

  @Test(arguments: ["reference", "reward_model", "value_model"])
  func `models with different tokenizers are refused`(port: String) throws {
    let other = try Tokenizer.train(
      texts: ["ab ab ab"], options: BPETrainingOptions(vocabularySize: 262, minimumFrequency: 1))
    var inputs = [try bench.model(port: "model"), try prompts(#"{"prompt": "a"}"# + "\n")]
    for name in ["reward_model", port] where !inputs.contains(where: { $0.port == name }) {
      inputs.append(
        try bench.model(
          tokenizer: name == port ? other : nil, port: name, type: name == "reference" ? .model : .rewardModel
        ))
    }
    try expectError("E503", "`\(port)`", of: "ppo", ["response_length": 4], inputs: inputs)
  }

  @Test func `models that were trained with different templates or ends are refused`() throws {
    var plain = try StageBench.byteTokenizer()
    plain.chatTemplate = .plain(endOfText: "<|endoftext|>")
    let pairs = try bench.file(
      #"{"prompt": "a", "chosen": "b", "rejected": "c"}"# + "\n", name: "ranked.jsonl", port: "data",
      type: .preferences)
    try expectError(
      "E520", "another chat template", of: "dpo", [:],
      inputs: [bench.model(port: "model"), pairs, bench.model(tokenizer: plain, port: "reference")])
    let declared = try StageBench.audit(
      "dpo", ["chat_template": "plain"],
      inputs: [bench.model(port: "model"), pairs, bench.model(tokenizer: plain, port: "reference")])
    #expect(!declared.diagnostics.contains { $0.code.rawValue == "E520" })
    let ended = try Tokenizer.train(
      texts: ["a"], options: BPETrainingOptions(vocabularySize: 260, eosToken: "<|im_end|>"))
    try expectError(
      "E520", "end answers with <|im_end|>", of: "dpo", [:],
      inputs: [bench.model(port: "model"), pairs, bench.model(tokenizer: ended, port: "reference")])
  }

  @Test func `prompts that leave no room for an answer are refused`() throws {
    let inputs = [
      try bench.model(port: "model"), try bench.model(port: "reward_model", type: .rewardModel),
      try prompts(#"{"prompt": "a"}"# + "\n" + #"{"prompt": "abcdef"}"# + "\n"),
    ]
    try expectError("E504", "response_length 60", of: "ppo", ["response_length": 60], inputs: inputs)
    let models = StageInput(
      port: "models", name: "m", type: .model, digest: inputs[0].digest, path: inputs[0].path, label: "m")
    try expectError(
      "E504", "max_new_tokens 60", of: "evaluate", ["max_new_tokens": 60], inputs: [models, inputs[2]])
  }

  @Test func `what PPO needs counts policy and value model, and one of the others at a time`() throws {
    let (tokens, width) = (1 << 20, 64)
    let policy = try bench.hollowModel(width: width, vocabulary: tokens, port: "model")
    let reward = try bench.hollowModel(
      width: width, vocabulary: tokens, port: "reward_model", type: .rewardModel)
    let prompts = try prompts(#"{"prompt": "a"}"# + "\n")
    let estimate = try #require(
      try StageBench.estimate("ppo", ["response_length": 4], inputs: [policy, reward, prompts]))
    let one = 4 * tokens * width
    let parts = Dictionary(estimate.parts.map { ($0.name, $0.bytes) }) { first, _ in first }
    #expect((2 * one..<3 * one).contains(parts["for weights"] ?? 0), "\(parts)")
    #expect((one..<2 * one).contains(parts["for activations"] ?? 0), "\(parts)")
    #expect((6 * one..<7 * one).contains(parts["for gradients and moments"] ?? 0), "\(parts)")
    #expect(
      try StageBench.audit("ppo", ["response_length": 4], inputs: [policy, reward, prompts]).diagnostics
        .isEmpty,
      "memory is judged once, by the estimate")
  }

  @Test func `a reward model that is wrong more often than right is warned of`() throws {
    let model = try bench.model(port: "reward_model", type: .rewardModel)
    let record = RewardRecord(validation: ["eval_accuracy": 0.25])
    try Data(record.json.compact.utf8).write(to: model.path.appendingPathComponent(RewardRecord.fileName))
    let found = try StageBench.audit(
      "ppo", [:], inputs: [bench.model(port: "model"), model]
    ).diagnostics
    #expect(found.map(\.code.rawValue) == ["E521"] && found.first?.severity == .warning, "\(found)")
    #expect(found.first?.message.contains("less than half") == true, "\(found)")
  }

  @Test func `dropped rows are told of once`() throws {
    let text = Self.answers + #"{"prompt": "Q: c\n", "completion": ""}"# + "\n"
    let inputs = [try bench.model(port: "model"), try demonstrations(text)]
    let configuration: JSON = ["on_bad_row": "drop", "max_steps": 1]
    let audit = try StageBench.audit("sft", configuration, inputs: inputs)
    #expect(audit.diagnostics.map { $0.location?.line } == [3])
    let run = try bench.run("sft", configuration, inputs: inputs)
    #expect(
      run.events.warnings == ["demos.jsonl: 1 rows dropped, 2 kept"], "the places are the audit's to tell")
  }
}
