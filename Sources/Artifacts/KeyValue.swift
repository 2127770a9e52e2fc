/// A typed leaf of a cache key.
///
/// Values of different types are different even where they print alike: the integer 1, the number 1.0, the text
/// "1" and the boolean true give four keys.
public enum KeyValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  /// Content: an input of a stage.
  case digest(Digest)
}

extension KeyValue {
  /// The name of the type, as rows of the database say it.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .text: "text"
    case .digest: "digest"
    }
  }

  /// The value as text, which together with the type name says it exactly.
  public var valueText: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): "\(value)"
    case .text(let value): value
    case .digest(let value): value.text
    }
  }

  /// Reads what `typeName` and `valueText` wrote; nil if they do not fit.
  public init?(typeName: String, valueText: String) {
    switch typeName {
    case "null" where valueText == "null": self = .null
    case "boolean" where valueText == "true": self = .boolean(true)
    case "boolean" where valueText == "false": self = .boolean(false)
    case "integer":
      guard let value = Int(valueText) else { return nil }
      self = .integer(value)
    case "number":
      guard let value = Double(valueText) else { return nil }
      self = .number(value)
    case "text": self = .text(valueText)
    case "digest":
      guard let value = Digest(valueText) else { return nil }
      self = .digest(value)
    default: return nil
    }
  }
}

/// One named leaf of a cache key, such as `configuration.learning_rate` = 0.001.
public struct KeyComponent: Sendable, Hashable {
  public var path: String
  public var value: KeyValue

  public init(_ path: String, _ value: KeyValue) {
    self.path = path
    self.value = value
  }
}
