import Diagnostics
import JSONText
import Tokenization

/// Reads the fields of one row, with an error that names the field.
struct RowReader {
  let value: JSON

  /// Whether the row has all the keys, with values that are not null.
  func has(_ keys: [String]) -> Bool { keys.allSatisfy { field($0) != nil } }

  /// The value of a key; nil if it is absent or null.
  func field(_ key: String) -> JSON? {
    guard let value = value[key], !value.isNull else { return nil }
    return value
  }

  func required(_ key: String) throws(RowProblem) -> JSON {
    guard let value = field(key) else { throw RowProblem(.unknownShape, "the row has no \"\(key)\"") }
    return value
  }

  func string(_ key: String) throws(RowProblem) -> String {
    let value = try required(key)
    guard let text = value.stringValue else { throw wrongType(key, "a string", value) }
    return text
  }

  /// A string, or "" where the key is absent.
  func optionalString(_ key: String) throws(RowProblem) -> String {
    field(key) == nil ? "" : try string(key)
  }

  func number(_ key: String) throws(RowProblem) -> Double? {
    guard let value = field(key) else { return nil }
    guard let number = value.doubleValue else { throw wrongType(key, "a number", value) }
    return number
  }

  /// A string or an integer, which stands for its digits; nil if the key is absent or null.
  func label(_ key: String) throws(RowProblem) -> String? {
    guard let value = field(key) else { return nil }
    guard let text = value.stringValue ?? value.intValue.map(String.init) else {
      throw wrongType(key, "a string or an integer", value)
    }
    return text
  }

  func boolean(_ key: String) throws(RowProblem) -> Bool {
    let value = try required(key)
    guard let boolean = value.boolValue else { throw wrongType(key, "true or false", value) }
    return boolean
  }

  func items(_ key: String) throws(RowProblem) -> [JSON] {
    let value = try required(key)
    guard let items = value.arrayValue else { throw wrongType(key, "an array", value) }
    return items
  }

  /// A string or a list of messages.
  func content(_ key: String) throws(RowProblem) -> Content { try Self.content(try required(key), key: key) }

  func messages(_ key: String) throws(RowProblem) -> [ChatMessage] {
    try Self.messages(try items(key), key: key)
  }

  static func content(_ value: JSON, key: String) throws(RowProblem) -> Content {
    if let text = value.stringValue { return .text(text) }
    guard let items = value.arrayValue else {
      throw RowProblem(
        .wrongType, "\"\(key)\" must be a string or a list of messages, not \(value.typeName)", key: key)
    }
    return .messages(try messages(items, key: key))
  }

  private static func messages(_ items: [JSON], key: String) throws(RowProblem) -> [ChatMessage] {
    var messages: [ChatMessage] = []
    for (index, item) in items.enumerated() {
      let place = "\(key)[\(index)]"
      guard item.members != nil else {
        throw RowProblem(
          .wrongType, "\"\(place)\" must be a message {\"role\", \"content\"}, not \(item.typeName)", key: key
        )
      }
      messages.append(
        ChatMessage(
          role: try ChatRole.check(try text("role", of: item, place, key), key: key),
          content: try text("content", of: item, place, key)))
    }
    return messages
  }

  private static func text(
    _ name: String, of item: JSON, _ place: String, _ key: String
  ) throws(RowProblem) -> String {
    guard let value = item[name] else {
      throw RowProblem(.wrongType, "\"\(place)\" is a message without \"\(name)\"", key: key)
    }
    guard let text = value.stringValue else {
      throw RowProblem(.wrongType, "\"\(place).\(name)\" must be a string, not \(value.typeName)", key: key)
    }
    return text
  }

  private func wrongType(_ key: String, _ expected: String, _ value: JSON) -> RowProblem {
    RowProblem(.wrongType, "\"\(key)\" must be \(expected), not \(value.typeName)", key: key)
  }
}

/// The roles a message may have.
enum ChatRole {
  static let known = ["system", "user", "assistant", "tool"]
  /// Names of other conventions and what they are here.
  private static let aliases = [
    "human": "user", "prompter": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant",
  ]

  static func check(_ role: String, key: String) throws(RowProblem) -> String {
    if known.contains(role) { return role }
    let suggestion = aliases[role.lowercased()] ?? nearestName(to: role, among: known)
    throw RowProblem(
      .unknownRole, "\"\(role)\" is no role of a message; roles are \(known.joined(separator: ", "))",
      key: key,
      hint: suggestion.map { "did you mean \"\($0)\"?" })
  }
}
