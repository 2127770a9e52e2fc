import JSONText

/// One key of a configuration: its name in the manifest, its type and range, and where its value lives.
///
/// The list of a configuration's fields is the only place that knows its keys: reading a manifest, the canonical
/// form in the cache key, the JSON schema and the documentation all come from it.
public struct Field<Root>: Sendable {
  /// The key in the manifest; empty for a group.
  public let name: String
  public let summary: String
  /// The fields that a group lifts to its own level; nil for a field with a key of its own.
  let lifted: [Field<Root>]?
  let makeType: @Sendable () -> FieldType
  /// Puts the value into the configuration, or says everything that keeps it from doing so.
  let read: @Sendable (JSON, inout Root) -> [FieldProblem]
  /// The canonical form of the value, the same for every way of writing it.
  let write: @Sendable (Root) -> JSON
  /// Whether the value can change what a stage makes, so that it belongs in the cache key.
  private(set) var isInKey = true

  /// What values the field takes.
  public var type: FieldType { makeType() }

  /// The field left out of the cache key, because no value of it changes what a stage makes.
  ///
  /// For fields of a stage's own level, groups included; what is in a nested map is always in the key.
  public func outsideKey() -> Field {
    var field = self
    field.isInKey = false
    return field
  }
}

/// What values a field takes; enough to explain a mistake and to write a schema.
public indirect enum FieldType: Sendable {
  case boolean
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case string
  case choice([String])
  case list(FieldType)
  /// Keys of the user's choice, each with a value of the same type.
  case map(FieldType)
  case object([FieldDescription])
  case optional(FieldType)
  /// Any value; the field's own reader checks it.
  case any(expected: String)
}

/// A field without its configuration type.
public struct FieldDescription: Sendable {
  public var name: String
  public let summary: String
  public let type: FieldType
  public let defaultValue: JSON
}

/// Why a value cannot be read, and where inside the value.
public struct FieldProblem: Error, Sendable, Hashable {
  public enum Step: Sendable, Hashable {
    case key(String)
    case index(Int)
  }
  /// From the field's value to the offending part; empty for the value itself.
  public var path: [Step]
  /// A phrase that continues the key's name: `must be an integer, not "three"`.
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

  /// The problem as seen from one level further out.
  func inside(_ step: Step) -> FieldProblem {
    FieldProblem(message, path: [step] + path, hint: hint, isUnknownKey: isUnknownKey)
  }

  /// The path in words, such as `model.layers[2]`.
  public var pathDescription: String {
    path.reduce(into: "") { text, step in
      switch step {
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index)]"
      }
    }
  }
}

/// A value with named fields and a default for each: what a stage is configured with.
public protocol Configurable: Sendable {
  /// The configuration with every default in place.
  init()
  static var fields: [Field<Self>] { get }
}
