import Diagnostics
import Foundation
import LanguageModels
import Testing

@Suite("Weights of a model directory")
struct ModelWeightsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func writeShard(_ file: String, _ tensors: [(String, Float)]) throws {
    let values = tensors.map(\.1)
    try values.withUnsafeBufferPointer { buffer in
      try SafetensorsWriter.write(
        tensors.indices.map { index in
          SafetensorsWriter.Tensor(
            tensors[index].0, shape: [1], values: UnsafeBufferPointer(rebasing: buffer[index...index]))
        }, to: folder.url.appendingPathComponent(file))
    }
  }

  private func writeIndex(_ map: String) throws {
    try folder.write(
      "{\"metadata\": {\"total_size\": 8}, \"weight_map\": {\(map)}}", to: "model.safetensors.index.json")
  }

  private func openError() -> Diagnostic? {
    diagnostic { _ = try ModelWeights(directory: folder.url, displayName: "m") }
  }

  @Test("shards are read as one model")
  func readsShards() throws {
    try writeShard("model-00001-of-00002.safetensors", [("a", 1), ("unlisted", 9)])
    try writeShard("model-00002-of-00002.safetensors", [("b", 2)])
    try writeIndex(
      #""b": "model-00002-of-00002.safetensors", "a": "model-00001-of-00002.safetensors""#)
    let weights = try ModelWeights(directory: folder.url)
    #expect(weights.names == ["b", "a"])
    var values: [Float] = [0, 0]
    try values.withUnsafeMutableBufferPointer { buffer in
      try weights.read("a", shape: [1], into: UnsafeMutableBufferPointer(rebasing: buffer[0..<1]))
      try weights.read("b", shape: [1], into: UnsafeMutableBufferPointer(rebasing: buffer[1..<2]))
    }
    #expect(values == [1, 2])
    #expect(!weights.contains("unlisted"))
  }

  @Test("a single file is preferred to an index")
  func prefersSingleFile() throws {
    try writeShard("model.safetensors", [("a", 1)])
    try writeIndex(#""a": "missing.safetensors""#)
    #expect(try ModelWeights(directory: folder.url).names == ["a"])
  }

  @Test("a missing shard and a tensor that its shard lacks are named")
  func namesWhatShardsLack() throws {
    try writeShard("one.safetensors", [("layers.0.weight", 1)])
    try writeIndex(#""layers.0.weight": "one.safetensors", "x": "two.safetensors""#)
    let shard = try #require(openError())
    #expect(shard.code == .incompleteModel)
    #expect(shard.message.contains("two.safetensors") && shard.message.contains("\"x\""))
    try writeIndex(#""layers.1.weight": "one.safetensors""#)
    let tensor = try #require(openError())
    #expect(tensor.code == .missingTensor)
    #expect(tensor.message.contains("layers.1.weight"))
    #expect(tensor.location?.file == "m/one.safetensors")
  }

  @Test(
    "an index cannot name a file outside its folder",
    arguments: [
      "../secret.safetensors", "/etc/passwd", "sub/one.safetensors", "..", ".", "", #"..\\one"#, #"a\u0000b"#,
    ])
  func refusesPathsOutside(_ path: String) throws {
    try writeIndex("\"a\": \"\(path)\"")
    let found = try #require(openError())
    #expect(found.code == .invalidWeightIndex)
    #expect(found.message.contains("\"a\""))
  }

  @Test(
    "a malformed index is refused",
    arguments: [
      #"{"weight_map": []}"#, "{}", "[]", #"{"weight_map": {"a": 1}}"#,
      #"{"weight_map": {"a": "x", "a": "y"}}"#,
    ])
  func refusesMalformedIndex(_ text: String) throws {
    try folder.write(text, to: "model.safetensors.index.json")
    #expect(openError()?.code == .invalidWeightIndex)
  }

  @Test("syntax errors of an index have a line and a column")
  func locatesSyntaxErrors() throws {
    try folder.write("{\n  \"weight_map\": nope\n}", to: "model.safetensors.index.json")
    #expect(openError()?.location?.description == "m/model.safetensors.index.json:2:17")
  }

  @Test("pickled weights are refused with a command that converts them")
  func explainsPickledWeights() throws {
    try folder.write("", to: "pytorch_model.bin")
    let found = try #require(
      diagnostic { _ = try ModelWeights(directory: folder.url, displayName: "it's here") })
    #expect(found.code == .incompleteModel)
    #expect(found.message.contains("pytorch_model.bin"))
    #expect(found.hint?.hasSuffix(#"'it'\''s here'"#) == true)
  }

  @Test("an empty folder, a missing folder and a file are refused")
  func refusesWhatIsNoModel() throws {
    #expect(openError()?.message.contains("neither") == true)
    let missing = folder.url.appendingPathComponent("none")
    #expect(diagnostic { _ = try ModelWeights(directory: missing) }?.code == .incompleteModel)
    try folder.write("x", to: "file")
    let file = folder.url.appendingPathComponent("file")
    #expect(diagnostic { _ = try ModelWeights(directory: file) }?.message.contains("this is a file") == true)
  }
}
