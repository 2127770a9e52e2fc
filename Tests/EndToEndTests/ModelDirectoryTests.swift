import Foundation
import JSONText
import Testing

/// A user's model directory as the start of a pipeline.
@Suite struct ModelDirectoryTests {
  /// A finished project with an exported model and a manifest that trains it on.
  private func project() throws -> Project {
    let project = try Project.finished()
    let exported = try project.plumb("export", "base.model", "model")
    try #require(exported.status == 0)
    try project.write(
      """
      plumbline: 1
      name: own
      sources:
        base: {path: model, type: model}
        demos: {path: demos.jsonl, type: demonstrations}
        ranked: {path: ranked.jsonl, type: preferences}
      stages:
        sft: {kind: sft, model: "${sources.base}", data: "${sources.demos}", batch_size: 4}
        reward: {kind: reward, model: "${sft.model}", data: "${sources.ranked}", batch_size: 4}

      """, to: "own.yaml")
    return project
  }

  @Test func `A model directory is a source like any other`() throws {
    let project = try project()
    let run = try RunReport(project.plumb("run", "own.yaml", "--store", "own", "--json"))
    #expect(run.stages("succeeded") == ["sft", "reward"])
    let lineage = try project.plumb("lineage", "sft.model", "--up", "--store", "own").output
    #expect(lineage.contains("model: sources.base") && lineage.contains("  model\n"), "\(lineage)")
    #expect(try PlanReport(project.plumb("plan", "own.yaml", "--store", "own", "--json")).status == 0)
  }

  /// Expects `check`, `run` and `generate` to refuse the directory at once, and nothing to have been stored.
  private func expectRefusal(
    _ project: Project, file: String, _ parts: String...,
    at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    for command in [["check", "own.yaml"], ["run", "own.yaml"], ["generate", "model", "--prompt", "hi"]] {
      let store = command[0] == "generate" ? [] : ["--store", "new"]
      let report = try ErrorReport(Plumb.run(command + store + ["--json"], in: project.directory))
      #expect(report.status == 3, sourceLocation: location)
      #expect(report.entries.count == 1, "\(report.entries)", sourceLocation: location)
      #expect(report.entries[0].file == file, "\(report.entries)", sourceLocation: location)
      for part in parts {
        #expect(report.entries[0].message.contains(part), "\(report.entries)", sourceLocation: location)
      }
    }
    #expect(!FileManager.default.fileExists(atPath: project.path("new").path), "nothing was half-written")
  }

  @Test func `A missing tensor is named with its file`() throws {
    let project = try project()
    try Safetensors.rewrite(project.path("model/model.safetensors")) { tensors in
      tensors.removeAll { $0.name == "model.layers.0.mlp.up_proj.weight" }
    }
    try expectRefusal(project, file: "model/model.safetensors", "model.layers.0.mlp.up_proj.weight")
  }

  @Test func `A tensor of another shape is named with both shapes`() throws {
    let project = try project()
    try Safetensors.rewrite(project.path("model/model.safetensors")) { tensors in
      for index in tensors.indices where tensors[index].name == "model.layers.0.mlp.up_proj.weight" {
        tensors[index].shape.reverse()
      }
    }
    try expectRefusal(
      project, file: "model/model.safetensors", "model.layers.0.mlp.up_proj.weight", "[16, 64]", "[64, 16]")
  }

  @Test func `A truncated file is named with the tensor that is cut`() throws {
    let project = try project()
    let url = project.path("model/model.safetensors")
    try Data(contentsOf: url).dropLast(100).write(to: url)
    try expectRefusal(project, file: "model/model.safetensors", "truncated")
  }

  @Test(arguments: [
    ("rope_scaling", #"{"rope_type": "yarn", "factor": 4.0}"#, "rope_scaling"),
    ("hidden_act", #""relu""#, "hidden_act is \"relu\""),
    ("model_type", #""mamba""#, "model_type is \"mamba\""),
    ("num_attention_heads", "3", "num_attention_heads"), ("hidden_size", "-16", "hidden_size"),
    ("vocab_size", "200", "the tokenizer has 300 tokens"),
  ])
  func `An unsupported or impossible configuration names the key`(key: String, value: String, message: String)
    throws
  {
    let project = try project()
    let config = try JSON.parse(Array(project.read("model/config.json").utf8), file: "config.json")
    var members = (config.members ?? []).filter { $0.key != key && $0.key != "rope_parameters" }
    members.append(JSON.Member(key, try JSON.parse(Array(value.utf8), file: "value")))
    try project.write(JSON.object(members).pretty, to: "model/config.json")
    let report = try ErrorReport(project.plumb("run", "own.yaml", "--store", "new", "--json"))
    #expect(report.status == 3)
    #expect(report.entries.contains { $0.message.contains(message) }, "\(report.entries)")
    #expect(report.entries[0].file?.hasPrefix("model") == true)
    #expect(!FileManager.default.fileExists(atPath: project.path("new").path))
  }

  @Test(arguments: ["config.json", "model.safetensors", "tokenizer.json"])
  func `A missing file is named`(name: String) throws {
    let project = try project()
    try FileManager.default.removeItem(at: project.path("model/\(name)"))
    let report = try ErrorReport(project.plumb("check", "own.yaml", "--json"))
    #expect(report.status == 3)
    #expect(report.entries[0].message.contains(name), "\(report.entries)")
    #expect(report.entries[0].file?.hasPrefix("model") == true, "\(report.entries)")
  }

  @Test func `A reward model is no language model, and a language model no reward model`() throws {
    let project = try project()
    #expect(try project.plumb("export", "reward", "rm").status == 0)
    try project.replace("path: model", with: "path: rm", in: "own.yaml")
    let classifier = try ErrorReport(project.plumb("run", "own.yaml", "--json"))
    #expect(classifier.status == 3 && classifier.entries[0].message.contains("score.weight"))
    try project.write(
      """
      plumbline: 1
      name: own
      sources:
        base: {path: model, type: model}
        judge: {path: model, type: reward_model}
        tickets: {path: prompts.jsonl, type: prompts}
      stages:
        ppo: {kind: ppo, model: "${sources.base}", reward_model: "${sources.judge}", prompts: "${sources.tickets}"}

      """, to: "own.yaml")
    let judge = try ErrorReport(project.plumb("run", "own.yaml", "--json"))
    #expect(judge.status == 3)
    #expect(judge.entries.contains { $0.message.contains("gives no reward") }, "\(judge.entries)")
  }

  @Test func `A changed weight is another model`() throws {
    let project = try project()
    _ = try RunReport(project.plumb("run", "own.yaml", "--json"))
    try Safetensors.rewrite(project.path("model/model.safetensors")) { tensors in
      tensors[0].data[0] ^= 1
    }
    let plan = try PlanReport(project.plumb("plan", "own.yaml", "--json"))
    #expect(plan.reason("sft") == "sources.base changed")
  }
}

/// The file format, as far as the tests need it: a header of JSON, then the tensors' bytes.
private enum Safetensors {
  struct Tensor {
    var name: String
    var dtype: JSON
    var shape: [Int]
    var data: [UInt8]
  }

  static func rewrite(_ url: URL, _ change: (inout [Tensor]) -> Void) throws {
    let bytes = [UInt8](try Data(contentsOf: url))
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSON.parse(Array(bytes[8..<8 + length]), file: "header")
    var tensors = (header.members ?? []).filter { $0.key != "__metadata__" }.map { member in
      let offsets = (member.value["data_offsets"]?.arrayValue ?? []).compactMap(\.intValue)
      return Tensor(
        name: member.key, dtype: member.value["dtype"] ?? .null,
        shape: (member.value["shape"]?.arrayValue ?? []).compactMap(\.intValue),
        data: Array(bytes[(8 + length + offsets[0])..<(8 + length + offsets[1])]))
    }
    change(&tensors)
    var offset = 0
    let members = tensors.map { tensor in
      defer { offset += tensor.data.count }
      return JSON.Member(
        tensor.name,
        [
          "dtype": tensor.dtype, "shape": .array(tensor.shape.map(JSON.integer)),
          "data_offsets": [.integer(offset), .integer(offset + tensor.data.count)],
        ])
    }
    let text = Array(JSON.object(members).compact.utf8)
    let size = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    try Data(size + text + tensors.flatMap(\.data)).write(to: url)
  }
}
