import JSONText
import TestSupport

/// Damage to JSON that leaves it JSON: other values, other types, keys that are missing, doubled or moved.
struct JSONMutation {
  private let bytes: ByteMutation
  private let keys: [String]
  private let originals: [JSON]

  /// - Parameters:
  ///   - originals: valid documents; their keys are the words of the format.
  ///   - words: more words.
  init(_ originals: [JSON], words: [String] = []) {
    self.originals = originals
    var keys: Set<String> = []
    for original in originals { Self.collectKeys(original, into: &keys) }
    self.keys = keys.sorted() + words
    bytes = ByteMutation(
      words: self.keys.map { "\"\($0)\":" } + words + ["null", "true", "{}", "[]", "\"\""],
      others: originals.map { Array($0.compact.utf8) })
  }

  /// A document with one to four changes; sometimes its text is damaged too.
  func make(_ random: inout SeededGenerator) -> [UInt8] {
    guard var json = originals.randomElement(using: &random) else { return [] }
    let style = Int.random(in: 0..<10, using: &random)
    if style > 1 { for _ in 0..<Int.random(in: 1...4, using: &random) { json = changed(json, &random) } }
    let text = Array((random.once(in: 2) ? json.pretty : json.compact).utf8)
    return style < 4 ? bytes.apply(to: text, &random) : text
  }

  /// A copy with one change, more often near the root than deep inside.
  func changed(_ json: JSON, _ random: inout SeededGenerator) -> JSON {
    switch json {
    case .object(var members) where !members.isEmpty && !random.once(in: 8):
      let index = Int.random(in: 0..<members.count, using: &random)
      switch Int.random(in: 0..<12, using: &random) {
      case 0: members.remove(at: index)
      case 1: members.append(members[index])
      case 2: members[index].key = keys.randomElement(using: &random) ?? ""
      case 3: members.append(.init(keys.randomElement(using: &random) ?? "", value(&random)))
      case 4: members.swapAt(index, Int.random(in: 0..<members.count, using: &random))
      default: members[index].value = changed(members[index].value, &random)
      }
      return .object(members)
    case .array(var items) where !items.isEmpty && !random.once(in: 8):
      let index = Int.random(in: 0..<items.count, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: items.remove(at: index)
      case 1: items.append(items[index])
      case 2: items.swapAt(index, Int.random(in: 0..<items.count, using: &random))
      default: items[index] = changed(items[index], &random)
      }
      return .array(items)
    case .integer(let number) where random.once(in: 2):
      return .integer(number &+ Int.random(in: -2...2, using: &random))
    case .string(let text) where random.once(in: 2):
      return .string(
        String(decoding: bytes.apply(to: Array(text.utf8), &random), as: UTF8.self))
    default: return value(&random)
    }
  }

  /// A value of any type.
  private func value(_ random: inout SeededGenerator) -> JSON {
    let numbers = [
      0, 1, -1, 2, 7, 255, 1 << 20, 1 << 31, (1 << 31) - 1, 1 << 32, 1 << 53, .max, .min, -1 << 31,
    ]
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return .null
    case 1: return .bool(random.once(in: 2))
    case 2, 3, 4: return .integer(numbers.randomElement(using: &random) ?? 0)
    case 5: return .number([0.5, -0.0, 1e308, -1e308, 5e-324, 1e30, 2.5].randomElement(using: &random) ?? 0)
    case 6: return .string(keys.randomElement(using: &random) ?? "")
    case 7:
      return .string(["", "\u{0}", "..", "/", "é", "\u{1B}[2J", "0"].randomElement(using: &random) ?? "")
    case 8: return .array([])
    case 9: return .object([])
    case 10: return nested(&random)
    default: return originals.randomElement(using: &random) ?? .null
    }
  }

  private func nested(_ random: inout SeededGenerator) -> JSON {
    var json = JSON.integer(1)
    for _ in 0..<([2, 20, 240, 400].randomElement(using: &random) ?? 2) {
      json =
        random.once(in: 2) ? .array([json]) : .object([.init(keys.randomElement(using: &random) ?? "", json)])
    }
    return json
  }

  private static func collectKeys(_ json: JSON, into keys: inout Set<String>) {
    guard keys.count < 300 else { return }
    for item in json.arrayValue ?? [] { collectKeys(item, into: &keys) }
    for member in json.members ?? [] {
      keys.insert(member.key)
      collectKeys(member.value, into: &keys)
    }
  }
}
