import Foundation
import JSONText
import Testing
import Tokenization

/// Vectors made by `tokenizers` and `transformers` for the forms of known families
/// (`Tests/Fixtures/generate/tokenizers_and_chats.py`).
@Suite struct FamilyVectorTests {
  private static let vectors = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/vectors")

  private static func names(in folder: String) -> [String] {
    let path = vectors.appendingPathComponent(folder).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  @Test func `there are vectors`() {
    #expect(Self.names(in: "tokenizers").count >= 8)
    #expect(Self.names(in: "chats").count >= 6)
  }

  @Test(arguments: names(in: "tokenizers"))
  func `a family's tokenizer gives the reference's ids and texts`(name: String) throws {
    let folder = Self.vectors.appendingPathComponent("tokenizers/\(name)")
    let tokenizer = try Tokenizer.load(tokenizerFile: folder.appendingPathComponent("tokenizer.json"))
    for item in try #require(Fixtures.json(folder.appendingPathComponent("cases.json")).arrayValue) {
      let text = try #require(item["text"]?.stringValue)
      let ids = try #require(item["ids"]).ids
      #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
      #expect(tokenizer.encodeWithOffsets(text, addSpecialTokens: true).ids == ids)
      for (skips, key) in [(false, "decoded"), (true, "skipped")] {
        let decoded = try #require(item[key]?.stringValue)
        #expect(Array(tokenizer.decode(ids, skipSpecialTokens: skips).utf8) == Array(decoded.utf8))
      }
    }
  }

  @Test(arguments: names(in: "chats"))
  func `a family's template renders as the reference renders it, or refuses`(name: String) throws {
    let vector = try Fixtures.json(Self.vectors.appendingPathComponent("chats/\(name)"))
    func text(_ key: String) throws -> String { try #require(vector[key]?.stringValue) }
    let template = ChatTemplate(
      source: try text("template"), file: nil, beginOfText: try text("bos"), endOfText: try text("eos"))
    #expect(template.format?.family.rawValue == (try text("family")))
    var rendered = 0
    for item in try #require(vector["cases"]?.arrayValue) {
      let messages = try #require(item["messages"]?.arrayValue).map {
        ChatMessage(role: $0["role"]?.stringValue ?? "", content: $0["content"]?.stringValue ?? "")
      }
      guard let segments = try? template.render(messages, addGenerationPrompt: item["prompt"] == true) else {
        continue
      }
      let expected = try #require(item["text"]?.stringValue, "\(messages)")
      #expect(Array(segments.map(\.text).joined().utf8) == Array(expected.utf8), "\(messages)")
      rendered += 1
    }
    #expect(rendered >= 20)
  }
}
