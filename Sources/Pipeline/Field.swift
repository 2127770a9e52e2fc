import JSONText

/// One key of a configuration: its name in the manifest, its type and range, and where its value lives.
///
/// The list of a configuration's fields is the only place that knows its keys: reading a manifest, the canonical
/// form in the cache key, the JSON schema and the documentation all come from it.
public struct Field<Root>: Sendable {
  public let name: String
  public let summary: String
  public let type: FieldType
  /// Puts the value into the configuration, or says why it cannot.
  let read: @Sendable (JSON, inout Root) throws(FieldProblem) -> Void
  /// The canonical form of the value, the same for every way of writing it.
  let write: @Sendable (Root) -> JSON
}

/// What values a field takes; enough to explain a mistake and to write a schema.
public indirect enum FieldType: Sendable {
  case boolean
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case string
  case choice([String])
  case list(FieldType)
  case object([FieldDescription])
  case optional(FieldType)
  /// Any value; the field's own reader checks it.
  case any(expected: String)
}

/// A field without its configuration type.
public struct FieldDescription: Sendable {
  public let name: String
  public let summary: String
  public let type: FieldType
  public let defaultValue: JSON
}

/// Why a value cannot be read, and where inside the value.
public struct FieldProblem: Error, Sendable, Hashable {
  public enum Step: Sendable, Hashable { case key(String), index(Int) }
  /// From the field's value to the offending part; empty for the value itself.
  public var path: [Step]
  public var message: String
  public var hint: String?
  /// The key itself is unknown rather than its value wrong.
  public var isUnknownKey: Bool

  public init(_ message: String, path: [Step] = [], hint: String? = nil, isUnknownKey: Bool = false) {
    self.message = message
    self.path = path
    self.hint = hint
    self.isUnknownKey = isUnknownKey
  }
}

/// A value with named fields and a default for each: what a stage is configured with.
public protocol Configurable: Sendable {
  /// The configuration with every default in place.
  init()
  static var fields: [Field<Self>] { get }
}
