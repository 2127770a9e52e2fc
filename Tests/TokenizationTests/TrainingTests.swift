import Diagnostics
import Foundation
import JSONText
import TestSupport
import Testing
import Tokenization

@Suite struct TrainingTests {
  private func options(_ size: Int, minimumFrequency: Int = 1) -> BPETrainingOptions {
    BPETrainingOptions(
      vocabularySize: size, minimumFrequency: minimumFrequency, specialTokens: ["<|endoftext|>"],
      padToken: nil)
  }

  @Test func `the most frequent pair comes first, and the greater of equally frequent ones`() throws {
    // Sennrich et al. 2016: low ×5, lower ×2, widest ×3, newest ×6.
    let text =
      String(repeating: "low ", count: 5) + String(repeating: "lower ", count: 2)
      + String(repeating: "widest ", count: 3) + String(repeating: "newest ", count: 6)
    let texts = text.split(separator: " ").map(String.init)
    let tokenizer = try Tokenizer.train(texts: texts, options: options(257 + 6))
    #expect(try tokenizer.writtenMerges() == ["s t", "e st", "o w", "l ow", "w est", "n e"])
  }

  @Test func `special tokens come first, then the bytes in the order of their characters`() throws {
    let tokenizer = try Tokenizer.train(texts: ["hello hello"], options: options(262))
    #expect(tokenizer.piece(0) == "<|endoftext|>")
    #expect(tokenizer.piece(1) == "!")
    #expect(tokenizer.piece(256) == "Ń")
    #expect(tokenizer.specialTokens.eos?.id == 0)
    #expect(tokenizer.encode("hello<|endoftext|>").last == 0)
  }

  @Test func `special tokens in the corpus are not learnt from`() throws {
    let texts = [String(repeating: "<|endoftext|>ab", count: 20)]
    let tokenizer = try Tokenizer.train(texts: texts, options: options(300))
    #expect(try tokenizer.writtenMerges() == ["a b"])
  }

  @Test func `training ends early when no pair is frequent enough`() throws {
    let tokenizer = try Tokenizer.train(texts: ["abab", "xy"], options: options(400, minimumFrequency: 2))
    #expect(try tokenizer.writtenMerges() == ["a b"])
    #expect(tokenizer.vocabularySize == 258)
  }

  @Test func `overlapping occurrences are joined from the left`() throws {
    let tokenizer = try Tokenizer.train(texts: ["aaaaaaa", "aaa"], options: options(400))
    #expect(try tokenizer.writtenMerges().first == "a a")
    #expect(tokenizer.decode(tokenizer.encode("aaaaa")) == "aaaaa")
  }

  @Test func `incremental counts give what counting anew gives`() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<20 {
      let texts = (0..<30).map { _ in
        String(
          (0..<Int.random(in: 1...12, using: &generator)).map { _ in
            "abc".randomElement(using: &generator) ?? "a"
          })
      }
      let tokenizer = try Tokenizer.train(texts: texts, options: options(257 + 25))
      #expect(try tokenizer.writtenMerges() == NaiveTrainer.merges(of: texts, count: 25))
    }
  }

  @Test func `the result does not depend on the run`() throws {
    let texts = ["the cat sat on the mat", "the dog sat on the log"]
    let first = try Tokenizer.train(texts: texts, options: options(300))
    let second = try Tokenizer.train(texts: texts, options: options(300))
    #expect(first.fingerprint == second.fingerprint)
  }

  @Test func `progress ends at the number of merges`() throws {
    var reports: [BPETrainingProgress] = []
    let tokenizer = try Tokenizer.train(texts: ["abcabcabc"], options: options(259)) { reports.append($0) }
    #expect(reports.last?.merges == 2 && reports.last?.total == 2)
    #expect(tokenizer.vocabularySize == 259)
  }

  @Test func `what training makes is written and read back`() throws {
    try withTemporaryDirectory { directory in
      let tokenizer = try Tokenizer.train(
        texts: ["one two one two"], options: BPETrainingOptions(vocabularySize: 270, bosToken: "<|im_start|>")
      )
      try tokenizer.write(to: directory)
      let copy = try Tokenizer.load(directory: directory)
      #expect(copy.fingerprint == tokenizer.fingerprint)
      #expect(copy.specialTokens == tokenizer.specialTokens)
      #expect(copy.chatTemplate?.format == ChatTemplate.chatML.format)
      #expect(copy.encode("one").first == copy.specialTokens.bos?.id)
    }
  }

  @Test(arguments: [
    BPETrainingOptions(vocabularySize: 100), BPETrainingOptions(vocabularySize: .max),
    BPETrainingOptions(vocabularySize: 500, specialTokens: ["<a>", "<a>"], eosToken: nil, padToken: nil),
    BPETrainingOptions(vocabularySize: 500, specialTokens: ["<a>"]),
    BPETrainingOptions(vocabularySize: 500, specialTokens: ["x"], eosToken: nil, padToken: nil),
  ])
  func `options that contradict each other are refused`(options: BPETrainingOptions) {
    #expect(throws: Diagnostic.self) { try Tokenizer.train(texts: ["abc"], options: options) }
  }

  @Test func `a corpus that is not UTF-8 is refused with its line`() throws {
    try withTemporaryDirectory { directory in
      let file = directory.appendingPathComponent("corpus.txt")
      try Data(Array("one\ntwo ".utf8) + [0xFF]).write(to: file)
      let error = #expect(throws: Diagnostic.self) {
        try Tokenizer.train(corpora: [file], options: options(300))
      }
      #expect(error?.location?.line == 2)
      #expect(error?.message.contains("byte 8") == true)
    }
  }
}
