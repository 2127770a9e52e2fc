/// A value while a template runs.
enum JinjaValue: Hashable, Sendable {
  case undefined
  case none
  case bool(Bool)
  case integer(Int)
  case string(String)
  case list([JinjaValue])
  case object([String: JinjaValue])
  /// An object that templates change, by its index among the namespaces of the run.
  case namespace(Int)

  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .string(let value): !value.isEmpty
    case .list(let items): !items.isEmpty
    case .object(let members): !members.isEmpty
    case .namespace: true
    }
  }

  /// What `{{ }}` puts out.
  var text: String {
    get throws(JinjaFailure) {
      switch self {
      case .undefined: return ""
      case .none: return "None"
      case .bool(let value): return value ? "True" : "False"
      case .integer(let value): return String(value)
      case .string(let value): return value
      case .list, .object, .namespace: throw .unsupported("a list or an object as text")
      }
    }
  }

  var string: String {
    get throws(JinjaFailure) {
      guard case .string(let value) = self else { throw .unsupported("text was expected") }
      return value
    }
  }

  var integer: Int {
    get throws(JinjaFailure) {
      switch self {
      case .integer(let value): return value
      case .bool(let value): return value ? 1 : 0
      default: throw .unsupported("a number was expected")
      }
    }
  }
}
