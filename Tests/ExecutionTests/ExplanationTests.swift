import Execution
import Testing

@Suite struct ExplanationTests {
  let shop: Workshop
  init() throws { shop = try Workshop() }

  func causes(_ stages: String, of stage: String) throws -> [String] {
    let explanation = try shop.plan(try shop.graph(stages)).explain(stage, layout: shop.layout)
    return explanation.causes.map { cause in
      let what =
        switch cause.subject {
        case .source(let name, let file, _): "\(name) \(file)"
        case .state(let state): "\(cause.stage) \(state)"
        case .leaf: "\(cause.stage) \(cause.change?.description ?? "")"
        case .connection(let old, let new): "\(cause.stage) \(old) → \(new)"
        }
      return "\(what) through \(cause.ways.map { $0.joined(separator: " → ") }.joined(separator: ", "))"
    }
  }

  @Test func `changed data is named with its file, before and after the run`() throws {
    _ = try shop.run(RunTests.chain)
    try shop.write("edited\n")
    let expected = ["seed seed.txt through a → b → c"]
    #expect(try causes(RunTests.chain, of: "c") == expected)
    _ = try shop.run(RunTests.chain)
    #expect(try causes(RunTests.chain, of: "c") == expected)
    let explanation = try shop.plan(try shop.graph(RunTests.chain)).explain("a", layout: shop.layout)
    #expect(!explanation.isPending)
    #expect(explanation.origin != nil && explanation.previous != nil)
  }

  @Test func `a changed setting is named with both values`() throws {
    _ = try shop.run(RunTests.chain)
    let changed = RunTests.chain.replacing("note: \"a\"", with: "note: \"x\"")
    #expect(try causes(changed, of: "c") == ["a note a → x through a → b → c"])
    _ = try shop.run(changed)
    #expect(try causes(changed, of: "b") == ["a note a → x through a → b"])
  }

  @Test func `without a past there is nothing to name`() throws {
    #expect(try causes(RunTests.chain, of: "a") == [])
    _ = try shop.run(RunTests.chain)
    #expect(try causes(RunTests.chain, of: "c") == [])
  }
}
