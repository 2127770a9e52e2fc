import Artifacts
import Foundation
import JSONText
import Pipeline
import Testing

@Suite struct CacheKeyTests {
  let directory: ManifestDirectory
  init() throws { directory = try ManifestDirectory() }

  /// The key of a stage of the support manifest, with inputs whose content is their name.
  func key(_ stage: String, _ changes: [(String, String)] = [], set: [String: String] = [:]) throws -> Digest
  {
    let text = changes.reduce(supportManifest) { $0.changing($1.0, to: $1.1) }
    let node = try #require(try directory.graph(text, set: set)[stage: stage])
    return try #require(node.cacheKey { CacheKey([KeyComponent($0.label, .null)]).digest }).digest
  }

  @Test func `whatever means something else has another key`() throws {
    let variants: [[(String, String)]] = [
      [], [("1.0e-3", "2.0e-3")], [("learning_rate: 1.0e-3", "warmup_steps: 1")],
      [("learning_rate: 1.0e-3", "note: \"1\"")], [("learning_rate: 1.0e-3", "note: \"0.001\"")],
      [("learning_rate: 1.0e-3", "max_steps: 1")], [("learning_rate: 1.0e-3", "max_steps: 2")],
      [("learning_rate: 1.0e-3", "note: \"max_steps: 1\"")], [("${cleaned}", "${sources.demos}")],
      [(", learning_rate: 1.0e-3", ", validation: \"${cleaned}\"")],
      [
        ("data: \"${cleaned}\", learning", "data: \"${cleaned}\", validation: \"${sources.demos}\", learning")
      ],
      [
        ("data: \"${cleaned}\", learning", "data: \"${sources.demos}\", validation: \"${cleaned}\", learning")
      ],
    ]
    let keys = try variants.map { try key("sft", $0) }
    #expect(Set(keys).count == variants.count)
  }

  @Test func `whatever means the same has the same key`() throws {
    let same: [[(String, String)]] = [
      [("1.0e-3", "0.001")], [("1.0e-3", "1e-3, schedule: linear")], [("1.0e-3", "1.0e-3, max_steps: ~")],
      [("kind: sft, model: \"${base}\"", "model: '${base.model}', kind: 'sft'")],
      [("1.0e-3}", "1.0e-3, require: {loss: \"< 2\"}}")], [("name: support", "name: other")],
      [("1.0e-3", "${params.rate}"), ("seed: 7", "seed: 7, rate: 0.001")],
    ]
    for changes in same {
      let quoted = changes.map { ($0.0, $0.1 == "${params.rate}" ? "\"${params.rate}\"" : $0.1) }
      #expect(try key("sft", quoted) == key("sft"), "\(changes)")
    }
  }

  @Test func `variables are in the key of the stages that use them`() throws {
    let text = supportManifest.changing("max_steps: 600", to: "note: \"${env.A}\"")
    func components(_ value: String) throws -> [KeyComponent] {
      try #require(try directory.graph(text, environment: ["A": value])[stage: "base"]).ownComponents
    }
    #expect(try components("x").contains(KeyComponent("env.A", .text("x"))))
    #expect(try components("x") != components("y"))
  }

  @Test func `components carry their types`() throws {
    let node = try #require(try directory.graph(supportManifest)[stage: "base"])
    let components = Dictionary(node.ownComponents.map { ($0.path, $0.value) }) { first, _ in first }
    #expect(components["kind"] == .text("pretrain"))
    #expect(components["version"] == .integer(1))
    #expect(components["config.max_steps"] == .integer(600))
    #expect(components["config.learning_rate"] == .number(1e-4))
    #expect(components["config.model.width"] == .integer(64))
    #expect(components["input.corpus.type"] == .text("text"))
  }
}
