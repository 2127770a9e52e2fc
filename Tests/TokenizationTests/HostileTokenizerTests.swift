import Diagnostics
import Foundation
import JSONText
import Testing
import Tokenization

/// Files that are wrong in some way must give an error that names the place, and never trap.
@Suite struct HostileTokenizerTests {
  private func message(_ text: String) -> String? {
    do {
      let tokenizer = try Tokenizer(definition: try JSON.parse(text), file: "tokenizer.json")
      _ = tokenizer.decode(tokenizer.encode("some text é"))
      return nil
    } catch {
      #expect(error.location?.file != nil)
      return error.message
    }
  }

  private func model(_ model: String) -> String { "{\"model\": {\"type\": \"BPE\", \(model)}}" }

  @Test(arguments: [
    ("[]", "must be an object"), ("{}", "has no \"model\""), ("{\"model\": 3}", "has no \"vocab\""),
    ("{\"model\": {\"type\": \"Unigram\", \"vocab\": []}}", "\"Unigram\""),
    ("{\"model\": {\"type\": \"BPE\", \"vocab\": {}, \"merges\": 1}}", "`model.merges` must be an array"),
    ("{\"model\": {\"vocab\": [], \"merges\": []}}", "`model.vocab` must be an object"),
    ("{\"model\": {\"vocab\": {}, \"merges\": [], \"dropout\": 0.1}}", "`model.dropout`"),
    ("{\"normalizer\": {\"type\": \"Nmt\"}}", "\"Nmt\""),
    (
      "{\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(a\"}}}",
      "`normalizer.pattern.Regex` is a regular expression that cannot be used"
    ),
    (
      "{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": 3}}", "`pre_tokenizer.pattern` must be a string"
    ),
    (
      "{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"String\": \"a\"}, \"behavior\": \"Odd\"}}",
      "`pre_tokenizer.behavior` is \"Odd\""
    ),
    ("{\"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"ab\"}}", "must be one character"),
    (
      "{\"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"_\", \"prepend_scheme\": \"x\"}}",
      "`pre_tokenizer.prepend_scheme`"
    ),
    (
      "{\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"ByteLevel\"}, {\"type\": \"Digits\"}]}}",
      "`pre_tokenizer.pretokenizers[1]` comes after"
    ),
    (
      "{\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"\"}}",
      "must not be empty"
    ),
    (
      "{\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"BertPreTokenizer\"}]}}",
      "`pre_tokenizer.pretokenizers[0]`"
    ),
    ("{\"pre_tokenizer\": {}}", "`pre_tokenizer` has no \"type\""),
  ])
  func `the error names the JSON path`(text: String, expected: String) {
    #expect(message(text)?.contains(expected) == true, "\(message(text) ?? "no error")")
  }

  @Test(arguments: [
    "\"vocab\": {\"a\": -1}, \"merges\": []", "\"vocab\": {\"a\": 9223372036854775807}, \"merges\": []",
    "\"vocab\": {\"a\": 1e400}, \"merges\": []", "\"vocab\": {\"a\": 0.5}, \"merges\": []",
    "\"vocab\": {\"a\": \"0\"}, \"merges\": []", "\"vocab\": {\"a\": 0, \"b\": 0}, \"merges\": []",
    "\"vocab\": {\"a\": 0, \"a\": 1}, \"merges\": []", "\"vocab\": {\"a\": 0}, \"merges\": [\"a b\"]",
    "\"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": [\"a b\"]", "\"vocab\": {\"a\": 0}, \"merges\": [\"a\"]",
    "\"vocab\": {\"a\": 0}, \"merges\": [\"a a a\"]", "\"vocab\": {\"a\": 0}, \"merges\": [[\"a\"]]",
    "\"vocab\": {\"a\": 0}, \"merges\": [3]", "\"vocab\": {\"a\": 0}, \"merges\": [], \"unk_token\": \"u\"",
    "\"vocab\": {\"a\": 0}, \"merges\": [], \"continuing_subword_prefix\": \"##\"",
  ])
  func `a model that is wrong is refused`(text: String) {
    #expect(message(model(text)) != nil)
  }

  @Test func `merges that make each other end`() {
    let text =
      "\"vocab\": {\"\": 0, \"a\": 1, \"aa\": 2}, \"merges\": [[\"\", \"a\"], [\"a\", \"\"], [\"a\", \"a\"], [\"a\", \"a\"]]"
    #expect(message(model(text)) == nil)
  }

  @Test(arguments: [
    "{\"id\": -1, \"content\": \"x\"}", "{\"id\": 99999999999, \"content\": \"x\"}", "{\"content\": \"x\"}",
    "{\"id\": 5}", "{\"id\": 0, \"content\": \"other\"}", "{\"id\": 5, \"content\": \"a\"}",
    "{\"id\": 5, \"content\": \"x\"}, {\"id\": 6, \"content\": \"x\"}",
    "{\"id\": 5, \"content\": \"x\"}, {\"id\": 5, \"content\": \"y\"}", "7",
    "{\"id\": 5, \"content\": \"x\", \"lstrip\": 1}",
  ])
  func `added tokens that are wrong are refused`(tokens: String) {
    let text = "{\"added_tokens\": [\(tokens)], \"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}}"
    #expect(message(text) != nil)
  }

  @Test(arguments: [
    "{\"type\": \"TemplateProcessing\", \"single\": [], \"special_tokens\": {}}",
    "{\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"b\"}}, {\"Sequence\": {\"id\": \"A\"}}]}",
    "{\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"b\"}}, {\"Sequence\": {\"id\": \"A\"}}], "
      + "\"special_tokens\": {\"b\": {\"ids\": [77]}}}",
    "{\"type\": \"TemplateProcessing\", \"single\": [{\"Sequence\": {\"id\": \"B\"}}]}",
    "{\"type\": \"BertProcessing\"}",
  ])
  func `post-processors that are wrong are refused`(text: String) {
    #expect(
      message("{\"post_processor\": \(text), \"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}}") != nil)
  }

  @Test func `a directory without tokenizer.json says what to do`() throws {
    try withTemporaryDirectory { directory in
      let error = #expect(throws: Diagnostic.self) { try Tokenizer.load(directory: directory) }
      #expect(error?.message.contains("tokenizer.json") == true)
      #expect(error?.hint?.contains("save_pretrained") == true)
    }
  }

  @Test(arguments: [
    ("tokenizer_config.json", "{\"eos_token\": 3}"),
    ("tokenizer_config.json", "{\"eos_token\": \"nowhere\"}"),
    ("tokenizer_config.json", "{"), ("special_tokens_map.json", "{\"bos_token\": {\"content\": []}}"),
    ("tokenizer_config.json", "{\"chat_template\": 3}"), ("generation_config.json", "nonsense"),
  ])
  func `files beside it that are wrong are refused with their name`(name: String, content: String) throws {
    try withTemporaryDirectory { directory in
      let options = BPETrainingOptions(vocabularySize: 300, chatTemplate: nil)
      try Tokenizer.train(texts: ["abc"], options: options).write(to: directory)
      try Data(content.utf8).write(to: directory.appendingPathComponent(name))
      let error = #expect(throws: Diagnostic.self) { try Tokenizer.load(directory: directory) }
      #expect(error?.location?.file.hasSuffix(name) == true)
    }
  }
}
