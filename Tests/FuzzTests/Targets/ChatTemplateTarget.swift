import Diagnostics
import Foundation
import JSONText
import TestSupport
import Tokenization

/// Jinja templates of conversations.
struct ChatTemplateTarget: FuzzTarget {
  static let name = "chat-template"

  private let originals: [[UInt8]]
  private let mutation: ByteMutation

  init(folder: URL) throws {
    let chats = Golden.vectors.appendingPathComponent("chats")
    let found = try Golden.cases(in: chats).map { name in
      try Golden.json(at: chats.appendingPathComponent("\(name).json"))["template"]?.stringValue ?? ""
    }
    originals = (ChatFamily.allCases.map(\.source) + found).map { Array($0.utf8) }
    mutation = ByteMutation(
      words: [
        "{%", "%}", "{{", "}}", "{#", "#}", "{%-", "-%}", "{% for m in messages %}", "{% endfor %}",
        "{% if true %}",
        "{% endif %}", "{% else %}", "{% set x = ", "namespace(a=1)", "ns.a", " | trim", " | length",
        " | default('x')",
        "loop.index0", "loop.last", "messages[0]", "[::-1]", "[1:]", "['role']", " is defined", " not in ",
        " and ", " ~ ",
        "raise_exception('no')", "eos_token", "bos_token", "(", ")", "[", "]", "'", "\"", " // ", " % ",
        " * ", " - ",
        "{% for a in messages %}{% for b in messages %}", "{% set x = x + x %}", "strftime_now('%d')",
        "-9223372036854775808",
      ], others: originals)
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    let original = originals.randomElement(using: &random) ?? []
    return FuzzInput(path: "chat_template.jinja", bytes: mutation.apply(to: original, &random))
  }

  func read(_ file: URL) throws {
    let source = String(decoding: try Corpus.bytes(file), as: UTF8.self)
    let template = ChatTemplate(source: source, file: file.path, beginOfText: "<s>", endOfText: "</s>")
    let turns = ["user", "assistant", "user"].map { ChatMessage(role: $0, content: "A {{ b }} \($0)") }
    _ = try template.render(turns, addGenerationPrompt: true)
    _ = try template.render([ChatMessage(role: "system", content: "")] + turns.prefix(2))
  }
}
