import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage
import Testing

@Suite struct TagSharingTests {
  private let origin: TemporaryStore
  private let store: TemporaryStore
  private let prod: TagName

  init() throws {
    origin = try TemporaryStore()
    store = try TemporaryStore()
    prod = try TagName("prod")
    // Both know the same artifacts.
    for database in [try origin.database(), try store.database()] {
      let run = try database.begin(stages: ["sft"])
      for content in ["one", "two", "three"] {
        try database.execute("sft", in: run, configuration: [.string(content)], output: content)
      }
    }
  }

  private func tag(_ content: String, in store: TemporaryStore, _ manner: TagManner = .moved) throws {
    try store.database().tag(Artifact("model", content), as: prod, label: nil, manner: manner)
  }

  /// What the tag means, by its content.
  private func meaning(in store: TemporaryStore) throws -> Digest? {
    try store.database().read { try $0.tag(prod)?.artifact?.digest }
  }

  @discardableResult
  private func give(_ change: ([JSON]) throws -> [JSON] = { $0 }) throws -> TagImport {
    let moves = try origin.database().read { try $0.sharedTags(nil) }
    return try store.database().importTags(change(moves))
  }

  /// The moves with the times that a clock would have given that is off by some milliseconds.
  private func shifted(_ moves: [JSON], by milliseconds: Int, from first: Int = 0) throws -> [JSON] {
    try moves.enumerated().map { index, move in
      guard index >= first, let time = move["moved_at"]?.intValue else { return move }
      return try JSON.parse(
        move.compact.replacing("\"moved_at\":\(time)", with: "\"moved_at\":\(time + milliseconds)"))
    }
  }

  @Test func `A history that goes on from what is known is taken in, whatever the clocks say`() throws {
    try tag("one", in: origin)
    #expect(try give().moved == ["prod"])
    try tag("two", in: origin)
    // The second move by a clock that is an hour behind.
    #expect(try give { try shifted($0, by: -3_600_000, from: 1) }.moved == ["prod"])
    #expect(try meaning(in: store) == Digest(hashing: "two"))
    #expect(try give { try shifted($0, by: -3_600_000, from: 1) } == TagImport(), "nothing is new")
  }

  @Test func `A move comes after those that are known, even where the clock was set back`() throws {
    try tag("one", in: origin)
    try give { try shifted($0, by: 3_600_000) }
    try tag("two", in: store)
    let history = try store.database().read { try $0.history(of: prod) }
    #expect(history.count == 2 && history[0].movedAt > history[1].movedAt)
  }

  @Test func `A move that came before one that was made here is kept back, and told`() throws {
    try tag("one", in: origin)
    try tag("two", in: store)
    let result = try give { try shifted($0, by: -3_600_000) }
    #expect(result.moved == [] && result.kept == ["prod": .newer])
    #expect(try meaning(in: store) == Digest(hashing: "two"))
    // What the other store lacks is no reason to tell anything.
    try store.database().tag(Artifact("model", "three"), as: prod, label: nil)
    #expect(try store.database().importTags(store.database().read { try $0.sharedTags(nil) }) == TagImport())
  }

  @Test func `A tag stays where it is if what it means there is not known here`() throws {
    try tag("one", in: origin)
    try give()
    try tag("two", in: origin)
    let database = try origin.database()
    try database.execute("sft", in: try database.begin(stages: ["sft"]), output: "unknown")
    try tag("unknown", in: origin)
    #expect(try give().kept == ["prod": .absent])
    #expect(try meaning(in: store) == Digest(hashing: "one"), "not what it meant there in between")
  }

  @Test func `A protected tag follows what it means there, or stays`() throws {
    try tag("one", in: origin, .promoted)
    try tag("two", in: origin)
    try store.database().protect(prod)
    #expect(try give().kept == ["prod": .protected])
    #expect(try meaning(in: store) == nil)
    try tag("three", in: origin, .promoted)
    #expect(try give().moved == ["prod"])
    #expect(try meaning(in: store) == Digest(hashing: "three"))
  }

  @Test func `A tag that was taken away is taken away, and told so`() throws {
    try tag("one", in: origin)
    try give()
    try origin.database().untag(prod)
    let result = try give()
    #expect(result.deleted == ["prod"] && result.moved == [])
    #expect(try meaning(in: store) == nil)
  }

  @Test func `The name of a stage is no tag`() throws {
    try tag("one", in: origin)
    try store.database().finish(store.database().begin(stages: ["prod"]), .succeeded, seconds: 1)
    #expect(try give().kept == ["prod": .taken])
  }

  @Test(arguments: [
    ("\"name\":\"prod\"", "\"name\":\"../prod\"", "E317"),
    ("\"manner\":\"moved\"", "\"manner\":\"bought\"", "E319"),
    ("\"moved_at\":", "\"moved_at\":-", "E319"), ("\"evidence\":null", "\"evidence\":\"{\"", "E319"),
    ("\"evidence\":null", "\"evidence\":\"{}\"", "E319"),
    ("\"author\":\"", "\"author\":\"\\u001b[2J", "E319"),
  ])
  func `A move that is forged is refused, and nothing is taken in`(old: String, new: String, code: String)
    throws
  {
    try tag("one", in: origin)
    let error = #expect(throws: Diagnostic.self) {
      try give { moves in
        try moves.map { move in
          try #require(move.compact.contains(old), "\(move.compact)")
          return try JSON.parse(move.compact.replacing(old, with: new))
        }
      }
    }
    #expect(error?.code.rawValue == code, "\(String(describing: error))")
    #expect(try meaning(in: store) == nil)
  }
}
