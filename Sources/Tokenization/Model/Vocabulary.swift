import Diagnostics

/// Tokens and their ids, both ways, compared byte for byte.
struct Vocabulary: Sendable {
  /// Ids above this are refused: they would only cost memory.
  static let highestID = (1 << 24) - 1

  private var ids: [TokenKey: Int32] = [:]
  private(set) var pieces: [String?] = []

  /// Reads `model.vocab`, an object from token to id.
  init(_ definition: JSONCursor) throws(Diagnostic) {
    guard let members = definition.value.members else {
      throw definition.fail("must be an object from token to id, not \(definition.value.typeName)")
    }
    ids.reserveCapacity(members.count)
    for member in members {
      let entry = JSONCursor(
        member.value, file: definition.file, path: "\(definition.path)[\"\(member.key)\"]")
      let id = try entry.integer(in: 0...Self.highestID)
      if let other = self.id(of: member.key), other != Int32(id) {
        throw entry.fail("is \(id), but the same token is listed before with id \(other)")
      }
      if let other = piece(Int32(id)), !other.hasSameBytes(as: member.key) {
        throw entry.fail("has id \(id), which belongs to \"\(other)\" already")
      }
      insert(member.key, id: Int32(id))
    }
  }

  /// The highest id plus one.
  var size: Int { pieces.count }
  /// How many tokens there are.
  var count: Int { ids.count }

  func id(of token: String) -> Int32? { ids[TokenKey(token)] }

  func piece(_ id: Int32) -> String? {
    id >= 0 && Int(id) < pieces.count ? pieces[Int(id)] : nil
  }

  mutating func insert(_ token: String, id: Int32) {
    ids[TokenKey(token)] = id
    if Int(id) >= pieces.count {
      pieces.append(contentsOf: repeatElement(nil, count: Int(id) + 1 - pieces.count))
    }
    pieces[Int(id)] = token
  }
}
