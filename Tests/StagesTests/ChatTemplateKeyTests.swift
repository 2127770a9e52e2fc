import JSONText
import Pipeline
import Stages
import TestSupport
import Testing
import Tokenization

/// The key `chat_template` of stages that read messages.
@Suite struct ChatTemplateKeyTests {
  private let row =
    #"{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello there"}]}"#

  private func train(_ template: JSON) throws -> ChatTemplate? {
    let bench = try StageBench()
    let inputs = [
      bench.input(Golden.committed.appendingPathComponent("models/llama"), port: "model", type: .model),
      try bench.file(row + "\n", name: "rows.jsonl", port: "data", type: .demonstrations),
    ]
    let result = try bench.run(
      "sft", ["chat_template": template, "max_steps": 1, "batch_size": 1, "max_length": 64], inputs: inputs)
    return try Tokenizer.load(directory: result.outputs.appendingPathComponent("model")).chatTemplate
  }

  @Test func `the produced model keeps a declared template, and its own where none is declared`() throws {
    #expect(try train("plain")?.format?.family == .plain)
    #expect(try train("smollm")?.format?.family == .smollm)
    #expect(try train(nil)?.format == ChatTemplate.chatML.format)
  }

  @Test func `a template whose tokens the tokenizer lacks is refused`() {
    let error = #expect(throws: (any Error).self) { try train("llama3") }
    #expect(error.map { "\($0)".contains("<|start_header_id|>") } == true)
  }

  @Test func `names of no family are refused, and classify reads no messages`() throws {
    #expect(try StageBench.problems("sft", ["chat_template": "alpaca"]).count == 1)
    #expect(try StageBench.problems("classify", ["chat_template": "chatml"]).count == 1)
  }
}
