import Diagnostics
import Foundation
import JSONText
import TestSupport
import Tokenization

/// Regular expressions of tokenizers, on text that makes searches go back.
struct PatternTarget: FuzzTarget {
  static let name = "pattern"

  private static let originals = [
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+",
    "[\\x21-\\x7E&&[^a-z]]|(?<!a)b++|(?>ab|a)c|^\\w{2,5}?$|\\bx\\B|[[:alpha:]]+", "(a|ab)(c|bcd)(d*)|(?=x)x*",
  ]
  private static let texts = [
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "abcdabcd ab  abc\r\n\r\nxx1234567 'll don't 日本語 e\u{301}",
    String(repeating: " \n", count: 400) + "x", String(repeating: "ab", count: 400),
  ]
  private let mutation = ByteMutation(
    words: [
      "(", ")", "(?:", "(?=", "(?!", "(?<!", "(?<=", "(?>", "(?i:", "(?i)", "[", "]", "[^", "&&", "*", "+",
      "?", "*+", "+?",
      "{2,}", "{0,1000}", "{1000}", "{3}+", "|", "\\p{L}", "\\P{N}", "\\p{Han}", "\\s", "\\S", "\\w", "\\d",
      "\\b", "^",
      "$", ".", "\\A", "\\z", "\\x41", "\\u0041", "\\1", "[[:space:]]", "(a*)*", "(a|a)*", "(.*)*b",
    ], others: originals.map { Array($0.utf8) })

  init(folder: URL) throws {}

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    let original = Self.originals.randomElement(using: &random) ?? ""
    return FuzzInput(path: "pattern", bytes: mutation.apply(to: Array(original.utf8), &random))
  }

  func read(_ file: URL) throws {
    let expression = String(decoding: try Corpus.bytes(file), as: UTF8.self)
    let definition: JSON = [
      "pre_tokenizer": ["type": "Split", "pattern": ["Regex": .string(expression)], "behavior": "Isolated"],
      "model": ["type": "BPE", "vocab": ["a": 0, "b": 1], "merges": []],
    ]
    let tokenizer = try Tokenizer(definition: definition, file: "tokenizer.json")
    for text in Self.texts { _ = tokenizer.encode(text) }
  }
}
