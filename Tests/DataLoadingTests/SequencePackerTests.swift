import DataLoading
import Foundation
import JSONText
import TestSupport
import Testing

@Suite struct SequencePackerTests {
  /// Rows and the packs that TRL 1.16 makes of them.
  struct Case: Sendable {
    let strategy: PackingStrategy
    let capacity: Int
    let lengths: [Int]
    /// Per piece its row, its first token and its tokens.
    let packs: [[[Int]]]

    init?(_ json: JSON) {
      guard let strategy = json["strategy"]?.stringValue.flatMap(PackingStrategy.init),
        let capacity = json["capacity"]?.intValue
      else { return nil }
      self.strategy = strategy
      self.capacity = capacity
      lengths = json["lengths"]?.ids.map(Int.init) ?? []
      packs = (json["packs"]?.arrayValue ?? []).map { ($0.arrayValue ?? []).map { $0.ids.map(Int.init) } }
    }

    static let all: [Case] = {
      let file = Golden.vectors("sft/packs.json")
      let json = (try? Data(contentsOf: file)).flatMap { try? JSON.parse([UInt8]($0), file: file.path) }
      return (json?["cases"]?.arrayValue ?? []).compactMap(Case.init)
    }()
  }

  /// Rows whose tokens count on, so that a piece tells where it starts, each at a line of its own.
  private func rows(_ lengths: [Int]) -> [TokenizedSequence] {
    lengths.enumerated().map { index, length in
      TokenizedSequence(ids: (0..<length).map(Int32.init), completionStart: length / 2, line: index)
    }
  }

  private func pieces(_ pack: SequencePack) -> [[Int]] {
    pack.rows.map { [$0.line, Int($0.ids[0]), $0.ids.count] }
  }

  @Test(arguments: Case.all.indices)
  func `packs and their order are TRL's`(index: Int) {
    let example = Case.all[index]
    let packer = SequencePacker(example.strategy, capacity: example.capacity)
    #expect(packer.packs(rows(example.lengths)).map(pieces) == example.packs)
  }

  @Test func `there are cases of every strategy`() {
    #expect(Set(Case.all.map(\.strategy)) == Set(PackingStrategy.allCases))
  }

  @Test(arguments: PackingStrategy.allCases, [2, 7, 16, 100])
  func `no pack is overfull, and no token is lost but to bfd's cut`(
    strategy: PackingStrategy, capacity: Int
  ) {
    var numbers = SeededNumbers(seed: UInt64(capacity))
    let rows = rows((0..<50).map { _ in numbers.integer(below: 40) })
    let packs = SequencePacker(strategy, capacity: capacity).packs(rows)
    #expect(packs.allSatisfy { !$0.rows.isEmpty && $0.tokenCount <= capacity })
    let kept = rows.reduce(0) { $0 + (strategy.splitsRows ? $1.ids.count : min(capacity, $1.ids.count)) }
    #expect(packs.reduce(0) { $0 + $1.tokenCount } == kept)
  }

  @Test func `a piece keeps its marks, and its first token is no target`() {
    let row = TokenizedSequence(ids: [1, 2, 3, 4, 5], completionStart: 2, line: 9)
    let pieces = SequencePacker(.bestFitSplit, capacity: 3).split(row)
    #expect(pieces.map(\.ids) == [[1, 2, 3], [4, 5]])
    #expect(pieces.map(\.trained) == [[false, false, true], [true, true]])
    #expect(pieces.map(\.trainedCount) == [1, 1])
    #expect(pieces.map(\.completionStart) == [2, 0] && pieces.allSatisfy { $0.line == 9 })
  }

  @Test(arguments: PackingStrategy.allCases)
  func `nothing makes no pack`(strategy: PackingStrategy) {
    #expect(SequencePacker(strategy, capacity: 8).packs([]).isEmpty)
    #expect(SequencePacker(strategy, capacity: 8).packs(rows([0, 0])).isEmpty)
  }
}
