import Alignment
import Diagnostics
import Testing

@Suite struct RewardTests {
  private func answer(_ text: String, expected: String? = nil, tokens: Int = 1) -> JudgedAnswer {
    JudgedAnswer(
      ids: [], completion: Array(repeating: 1, count: tokens), text: text, expected: expected)
  }

  @Test(arguments: [
    ("72", "72"), ("1,000", "1000"), ("1000.0", "1000"), ("$1,234,567.50", "1234567.5"), ("-3", "-3.00"),
    (" 7 ", "7"), ("007", "7"), ("0.0", "-0"), (".5", "0.50"), ("12.", "12"), ("two  words", "two words"),
    ("123456789012345678901", "123,456,789,012,345,678,901"),
  ])
  func `Numbers are compared as numbers, other texts as they are`(answer: String, expected: String) {
    #expect(ExactMatch().matches(answer, expected: expected))
  }

  @Test(arguments: [
    ("71", "72"), ("1,00", "100"), ("1.0.0", "1"), ("-3", "3"), ("Two words", "two words"), ("", "0"),
    (".", "0"), ("72 apples", "72"), ("12345678901234567", "12345678901234568"),
  ])
  func `What is not the expected answer is wrong`(answer: String, expected: String) {
    #expect(!ExactMatch().matches(answer, expected: expected))
  }

  @Test func `With a marker, what follows its last occurrence on its line counts`() {
    let match = ExactMatch(marker: "####")
    let solution = "48/2 = 24 in May.\n48+24 = 72 altogether.\n#### 72"
    #expect(match.matches("Half is 24.\n#### 72\nDone.", expected: solution))
    #expect(match.matches("#### 5 no, #### 72", expected: "72"))
    #expect(!match.matches("72", expected: solution))
    #expect(!match.matches("#### 71", expected: solution))
  }

  @Test func `An answer without a right one to compare with gets nothing`() {
    let rewards = ExactMatch().rewards(of: [
      answer(""), answer("7", expected: "7"), answer("8", expected: "7"),
    ])
    #expect(rewards == [0, 1, 0])
  }

  /// `get_soft_overlong_punishment(max_completion_len=20, soft_punish_cache=5)` of TRL 1.16.
  @Test(arguments: [(1, 0.0), (15, 0), (16, -0.2), (18, -0.6), (20, -1), (21, -1)])
  func `A limit punishes the last tokens before it softly`(length: Int, expected: Double) {
    #expect(abs(LengthReward.limit(20, cache: 5).reward(length: length) - expected) < 1e-12)
  }

  @Test(arguments: [(10, 0.0), (5, -0.5), (12, -0.2), (20, -1), (99, -1)])
  func `A target is best met`(length: Int, expected: Double) {
    #expect(abs(LengthReward.target(10).reward(length: length) - expected) < 1e-12)
  }

  @Test func `Rules give the share that is satisfied`() throws {
    let judge = RuleJudge(
      mustContain: [[try .init("thank"), try .init("/sorr(y|ies)/")]], mustNotContain: [try .init("stupid")],
      words: 2...4)
    let rewards = RuleReward(judge).rewards(of: [
      answer("So SORRY for that"), answer("Thanks"), answer("stupid"), answer("one two three four five"),
    ])
    #expect(rewards == [1, 2.0 / 3, 0, 1.0 / 3])
  }

  @Test func `Weighted rewards add up, and each is kept by name`() throws {
    let rewards = WeightedRewards([
      .init(ExactMatch(), weight: 2), .init(LengthReward.target(2), weight: 0.5),
    ])
    let table = try rewards([answer("7", expected: "7", tokens: 2), answer("8", expected: "7", tokens: 3)])
    #expect(table.names == ["exact_match", "length"])
    #expect(table.values == [[1, 0], [0, -0.5]])
    #expect(table.totals == [2, -0.25])
  }

  private struct Broken: RewardFunction {
    let name = "broken"
    func rewards(of answers: [JudgedAnswer]) -> [Double] { answers.map { _ in .nan } }
  }

  @Test func `A reward that is not finite is an error with its name`() {
    let error = #expect(throws: Diagnostic.self) { try WeightedRewards([.init(Broken())])([answer("")]) }
    #expect(error?.code == .nonFiniteLoss && error?.message.contains("broken") == true)
  }
}
