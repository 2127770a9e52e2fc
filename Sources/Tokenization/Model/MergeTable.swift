import Diagnostics

/// The merges of a BPE model by the pair of ids they join.
struct MergeTable: Sendable {
  struct Merge: Sendable {
    var rank: Int32
    var result: Int32
  }

  private var merges: [UInt64: Merge] = [:]
  /// The pairs by rank, for writing and fingerprints.
  private(set) var pairs: [(left: Int32, right: Int32)] = []
  /// The token that each rank makes.
  private(set) var results: [Int32] = []

  /// Reads `model.merges`: pairs as `"a b"` or `["a", "b"]`, best first.
  init(_ definition: JSONCursor, vocabulary: Vocabulary) throws(Diagnostic) {
    let items = try definition.items()
    merges.reserveCapacity(items.count)
    for item in items {
      let (left, right) = try Self.pair(item)
      append(
        left: try Self.id(of: left, in: vocabulary, item),
        right: try Self.id(of: right, in: vocabulary, item),
        result: try Self.id(of: left + right, in: vocabulary, item))
    }
  }

  private mutating func append(left: Int32, right: Int32, result: Int32) {
    merges[Self.key(left, right)] = Merge(rank: Int32(pairs.count), result: result)
    pairs.append((left, right))
    results.append(result)
  }

  func merge(_ left: Int32, _ right: Int32) -> Merge? { merges[Self.key(left, right)] }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private static func pair(_ item: JSONCursor) throws(Diagnostic) -> (String, String) {
    if let line = item.value.stringValue {
      let bytes = Array(line.utf8)
      let spaces = bytes.indices.filter { bytes[$0] == UInt8(ascii: " ") }
      if spaces.count == 1, let space = spaces.first {
        return (
          String(decoding: bytes[..<space], as: UTF8.self),
          String(decoding: bytes[(space + 1)...], as: UTF8.self)
        )
      }
    } else if let parts = item.value.arrayValue, parts.count == 2, let left = parts[0].stringValue,
      let right = parts[1].stringValue
    {
      return (left, right)
    }
    throw item.fail("must be two tokens, as \"a b\" or [\"a\", \"b\"]")
  }

  private static func id(
    of token: String, in vocabulary: Vocabulary, _ item: JSONCursor
  ) throws(Diagnostic) -> Int32 {
    guard let id = vocabulary.id(of: token) else {
      throw item.fail("names the token \"\(token)\", which is not in `model.vocab`")
    }
    return id
  }
}
