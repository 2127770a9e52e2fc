import Diagnostics
import JSONText
import Testing
import Tokenization

/// Regular expressions of Split pre-tokenizers, seen through the words they make.
@Suite struct PatternTests {
  private func words(
    _ text: String, _ pattern: String, behavior: String = "Isolated", invert: Bool = false
  ) throws -> [String] {
    let split: JSON = [
      "type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": .string(behavior),
      "invert": .bool(invert),
    ]
    return try TinyTokenizer.words(of: text, preTokenizer: split)
  }

  private static let llama3 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  @Test(arguments: [
    ("It's THEY'LL 12345 we’re", ["It", "'s", " THEY", "'LL", " ", "123", "45", " we", "’re"]),
    ("a  b \n\n c!!\n", ["a", " ", " b", " \n\n", " c", "!!\n"]), ("'ſx", ["'ſ", "x"]),
    ("\u{3000}日本 ٣٤٥٦", ["\u{3000}日本", " ", "٣٤٥", "٦"]), ("   ", ["   "]), ("", []),
  ])
  func `words are cut as Llama 3's pattern cuts them`(text: String, expected: [String]) throws {
    #expect(try words(text, Self.llama3) == expected)
  }

  @Test(arguments: [
    (#"\s+$"#, "a  b  ", ["a  b", "  "]), (#"a|ab"#, "ab", ["a", "b"]), (#"(?>a+)ab"#, "aab", ["aab"]),
    (#"a++b"#, "aab", ["aab"]), (#"\p{N}{1,3}+"#, "12345", ["12345"]), (#"x*?"#, "ab", ["a", "b"]),
    (#"(?<=a)b|\bfoo\b"#, "ab foo", ["a", "b", " ", "foo"]), (#"[a-z&&[^x]]+"#, "abxc", ["ab", "x", "c"]),
    (#"[]a-]+"#, "]-ab", ["]-a", "b"]), (#"\x{4e00}|\u3042"#, "一あ", ["一", "あ"]),
    (#"a{,2}b|{"#, "aab{", ["aab", "{"]),
    (#"\P{L}+|\p{^N}"#, "12a", ["12", "a"]), (#"(?i)K"#, "k\u{212A}", ["k", "\u{212A}"]),
    (#"^b|b\z"#, "b\nb", ["b", "\n", "b"]),
  ])
  func `expressions match as in Ruby's syntax`(pattern: String, text: String, expected: [String]) throws {
    #expect(try words(text, pattern) == expected)
  }

  @Test(arguments: [
    ("Isolated", false, ["-", "a", "-", "-", "b", "-"]), ("Removed", false, ["a", "b"]),
    ("Removed", true, ["-", "-", "-", "-"]), ("MergedWithPrevious", false, ["-", "a-", "-", "b-"]),
    ("MergedWithNext", false, ["-a", "-", "-b", "-"]), ("Contiguous", true, ["-", "a", "--", "b", "-"]),
  ])
  func `delimiters go where the behaviour says`(behavior: String, invert: Bool, expected: [String]) throws {
    #expect(try words("-a--b-", "-", behavior: behavior, invert: invert) == expected)
  }

  @Test(arguments: [
    "(", ")", "[a", "a**", "*", #"(a)\1"#, #"\p{Nope}"#, #"\K"#, "(?x:a)", "(?<=ab)c", "(a*)*", "a{2000}",
    "(?i:ss)",
    "\\", String(repeating: "(", count: 200), "[z-a]", "(?<n", #"\x{110000}"#, "a{3,1}", "((a{99}){99}){99}",
    "(?=x){3}+x*", "(){2}+", "(){1000}{1000}{1000}{1000}", "((((){999}){999}){999}){999}",
    String(repeating: "\\p{L}", count: 2000),
  ])
  func `what cannot be used is refused with its place in file and pattern`(pattern: String) {
    let error = #expect(throws: Diagnostic.self) { try words("a", pattern) }
    #expect(error?.message.contains("pre_tokenizer.pattern.Regex") == true)
    #expect(error?.message.contains("at character") == true)
    #expect(error?.code.rawValue == "E201")
  }

  @Test func `a pattern of many parts that may be empty is made in short time`() throws {
    let pattern = String(repeating: "[a-z]?", count: 600) + "b"
    #expect(try ContinuousClock().measure { _ = try words("ab", pattern) } < .seconds(5))
  }

  @Test(arguments: [#"\s+$"#, #"(x+x+)+y"#, #"(?:a|a)+b"#, #"\s*[\r\n]+|\s+(?!\S)x"#])
  func `no pattern takes exponential time`(pattern: String) throws {
    let text = String(repeating: " ", count: 600) + String(repeating: "x", count: 600) + "aaaaaaaaaaaa!"
    let clock = ContinuousClock()
    var found: [String] = []
    let time = try clock.measure { found = try words(text, pattern) }
    #expect(found == [text])
    // Going back to every choice needs ages here.
    #expect(time < .seconds(60))
  }
}
