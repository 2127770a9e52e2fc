import DataLoading
import Diagnostics
import Foundation
import Testing

/// Real data, which stays outside the repository.
@Suite(.enabled(if: Fixtures.shared != nil)) struct SharedDataTests {
  private func load(_ path: String, _ kind: DataKind, _ onBadRow: OnBadRow = .error) throws -> RecordFile {
    let url = try #require(Fixtures.shared).appendingPathComponent("data/\(path)")
    return try RecordFile.load(url, displayName: path, kind: kind, onBadRow: onBadRow)
  }

  @Test func `the identical pairs of politeness are reported by line`() throws {
    var found = 0
    for part in ["train", "test"] {
      let file = try load("politeness/preference.\(part).jsonl", .preferences, .drop)
      #expect(file.problems.allSatisfy { $0.code == .identicalPair && $0.location?.line != nil })
      #expect(file.rows.count + file.problems.count == (part == "train" ? 990 : 110))
      found += file.problems.count
    }
    #expect(found == 6)
    #expect(throws: DiagnosticList.self) { try load("politeness/preference.train.jsonl", .preferences) }
  }

  @Test func `other files load`() throws {
    #expect(try load("politeness/sft.train.jsonl", .demonstrations).rows.count == 990)
    #expect(try load("politeness/prompts.test.jsonl", .prompts).rows.count == 110)
    #expect(try load("banking77/train.csv", .labels).rows.count == 10_003)
    #expect(try load("tinyshakespeare/input.txt", .text).rows.count == 1)
  }

  @Test func `rows of other projects are told what is accepted`() throws {
    let error = #expect(throws: DiagnosticList.self) { try load("gsm8k/train.jsonl", .demonstrations) }
    #expect(error?.diagnostics.count == 101)
    #expect(error?.diagnostics.first?.message.contains("\"question\", \"answer\"") == true)
    #expect(throws: DiagnosticList.self) { try load("oasst/en_100_tree.jsonl", .preferences) }
    #expect(throws: DiagnosticList.self) { try load("oasst/en_100_tree.jsonl", .prompts) }
  }
}
