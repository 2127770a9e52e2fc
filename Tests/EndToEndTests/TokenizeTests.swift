import Foundation
import JSONText
import Testing

@Suite struct TokenizeTests {
  @Test(arguments: [
    "How do I open the report?", " leading and trailing ", "tabs\tand\nlines\r\n", "é ☃ 😀 日本語", "",
    "<|im_start|>user\nhi<|im_end|>",
  ])
  func `Ids lead back to the text`(text: String) throws {
    let project = try Project.finished()
    let encoded = try project.json("tokenize", "tokenizer", "--text", text)
    let ids = try #require(encoded["ids"]?.arrayValue?.compactMap { $0.intValue })
    #expect(encoded["pieces"]?.arrayValue?.count == ids.count)
    #expect(encoded["text"]?.stringValue == text)
    let list = ids.map(String.init).joined(separator: ",")
    #expect(try project.json("tokenize", "tokenizer", "--decode", list)["text"]?.stringValue == text)
    #expect(try project.plumb("tokenize", "tokenizer", "--decode", list).output == text + "\n")
  }

  @Test func `A tokenizer is found in an artifact, a directory and a file, and is the same`() throws {
    let project = try Project.finished()
    #expect(try project.plumb("export", "sft.model", "model").status == 0)
    let outputs = try [
      "tokenizer", "tokenizer.tokenizer", "sft.model", "reward", "model", "model/tokenizer.json",
    ].map {
      try project.plumb("tokenize", $0, "--text", "How do I open <|im_end|>").output
    }
    #expect(Set(outputs).count == 1 && outputs[0].hasSuffix("\t<|im_end|>\n"))
  }

  @Test func `Text comes from a file or from standard input`() throws {
    let project = try Project.finished()
    let file = try project.plumb("tokenize", "tokenizer", "--file", "corpus.txt").output
    let input = try Plumb.shell("\"$PLUMB\" tokenize tokenizer --file - < corpus.txt", in: project.directory)
    #expect(file == input.output && file.split(separator: "\n").count > 100)
    try Data([0x61, 0xFF]).write(to: project.path("binary"))
    let binary = try project.plumb("tokenize", "tokenizer", "--file", "binary")
    #expect(binary.status == 3 && binary.errors.contains("not UTF-8"))
    #expect(try project.plumb("tokenize", "tokenizer", "--file", "none").status == 3)
  }

  @Test(arguments: [
    ("99999", "no token 99999"), ("-1", "'-1' is no token id"), ("1,x", "'x' is no token id"),
  ])
  func `An id that is none is refused`(ids: String, message: String) throws {
    let project = try Project.finished()
    let result = try project.plumb("tokenize", "tokenizer", "--decode", ids)
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func `Errors never name a path inside the store`() throws {
    let project = try Project.finished()
    #expect(try project.plumb("export", "sft.model", "model").status == 0)
    try FileManager.default.removeItem(at: project.path("model/tokenizer.json"))
    let result = try project.plumb("tokenize", "model", "--text", "hi")
    #expect(result.status == 3 && result.errors.contains("--> model/tokenizer.json"), "\(result.errors)")
  }
}
