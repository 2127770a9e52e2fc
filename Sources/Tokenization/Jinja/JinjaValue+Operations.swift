extension JinjaValue {
  /// The value of a binary operator other than `and` and `or`.
  static func combining(
    _ symbol: String, _ left: JinjaValue, _ right: JinjaValue
  ) throws(JinjaFailure) -> JinjaValue {
    switch (symbol, left, right) {
    case ("==", _, _): return .bool(left.equals(right))
    case ("!=", _, _): return .bool(!left.equals(right))
    case ("~", _, _): return .string(try left.text + right.text)
    case ("+", .string(let first), .string(let second)): return .string(first + second)
    case ("+", .list(let first), .list(let second)): return .list(first + second)
    case ("in", .string(let part), .string(let whole)): return .bool(whole.firstPlace(of: part) != nil)
    case ("in", _, .list(let items)): return .bool(items.contains { $0.equals(left) })
    case ("in", .string(let name), .object(let members)): return .bool(members[name] != nil)
    default: return try calculating(symbol, try left.integer, try right.integer)
    }
  }

  private static func calculating(_ symbol: String, _ left: Int, _ right: Int) throws(JinjaFailure)
    -> JinjaValue
  {
    guard abs(left) < 1 << 30, abs(right) < 1 << 30 else { throw .unsupported("numbers this large") }
    switch symbol {
    case "<": return .bool(left < right)
    case ">": return .bool(left > right)
    case "<=": return .bool(left <= right)
    case ">=": return .bool(left >= right)
    case "+": return .integer(left + right)
    case "-": return .integer(left - right)
    case "*": return .integer(left * right)
    case "%" where right > 0: return .integer((left % right + right) % right)
    case "//" where right > 0: return .integer((left - (left % right + right) % right) / right)
    default: throw .unsupported("'\(symbol)' of these values")
    }
  }

  /// Python's equality: byte for byte, true and 1 are equal.
  private func equals(_ other: JinjaValue) -> Bool {
    switch (self, other) {
    case (.string(let first), .string(let second)): first.hasSameBytes(as: second)
    case (.bool(let first), .integer(let second)), (.integer(let second), .bool(let first)):
      (first ? 1 : 0) == second
    default: self == other
    }
  }

  /// A filter.
  func filtered(_ name: String, _ arguments: [JinjaValue]) throws(JinjaFailure) -> JinjaValue {
    switch (name, self) {
    case ("trim", .string(let text)) where arguments.isEmpty: return .string(text.strippedAsPython())
    case ("length", .list(let items)), ("count", .list(let items)): return .integer(items.count)
    case ("length", .string(let text)): return .integer(text.unicodeScalars.count)
    case ("default", _):
      return self == .undefined || (arguments.count > 1 && arguments[1].isTrue && !isTrue)
        ? arguments.first ?? .string("") : self
    case ("upper", .string(let text)): return .string(text.uppercased())
    case ("lower", .string(let text)): return .string(text.lowercased())
    case ("capitalize", .string(let text)):
      return .string(text.prefix(1).uppercased() + text.dropFirst().lowercased())
    case ("string", _): return .string(try text)
    case ("safe", _), ("list", .list): return self
    case ("first", .list(let items)): return items.first ?? .undefined
    case ("last", .list(let items)): return items.last ?? .undefined
    default: throw .unsupported("the filter '\(name)'")
    }
  }

  /// A test after `is`.
  func passes(_ name: String, _ arguments: [JinjaValue]) throws(JinjaFailure) -> Bool {
    switch (name, self) {
    case ("defined", _): return self != .undefined
    case ("undefined", _): return self == .undefined
    case ("none", _): return self == .none
    case ("string", .string), ("mapping", .object), ("sequence", .string), ("sequence", .list),
      ("iterable", .string),
      ("iterable", .list), ("iterable", .object), ("sequence", .object), ("boolean", .bool),
      ("number", .integer):
      return true
    case ("string", _), ("mapping", _), ("sequence", _), ("iterable", _), ("boolean", _), ("number", _):
      return false
    case ("true", _): return self == .bool(true)
    case ("false", _): return self == .bool(false)
    default: throw .unsupported("the test '\(name)'")
    }
  }

  /// A method.
  func calling(_ name: String, _ arguments: [JinjaValue]) throws(JinjaFailure) -> JinjaValue {
    switch (name, self) {
    case ("strip", .string(let text)) where arguments.isEmpty: return .string(text.strippedAsPython())
    case ("lstrip", .string(let text)) where arguments.isEmpty:
      return .string(text.strippedAsPython(right: false))
    case ("rstrip", .string(let text)) where arguments.isEmpty:
      return .string(text.strippedAsPython(left: false))
    case ("upper", .string(let text)): return .string(text.uppercased())
    case ("lower", .string(let text)): return .string(text.lowercased())
    case ("startswith", .string(let text)):
      return .bool(text.utf8.starts(with: try (arguments.first ?? .undefined).string.utf8))
    case ("endswith", .string(let text)):
      return .bool(
        text.utf8.reversed().starts(with: try (arguments.first ?? .undefined).string.utf8.reversed()))
    case ("get", .object(let members)):
      guard case .string(let key)? = arguments.first else { throw .unsupported("'get' without a name") }
      return members[key] ?? (arguments.count > 1 ? arguments[1] : .none)
    default: throw .unsupported("the method '\(name)'")
    }
  }
}

extension String {
  /// `str.strip()`: white space as Python counts it goes from the ends.
  func strippedAsPython(left: Bool = true, right: Bool = true) -> String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }
    var scalars = unicodeScalars[...]
    if left { scalars = scalars.drop(while: isSpace) }
    while right, let last = scalars.last, isSpace(last) { scalars.removeLast() }
    return String(scalars)
  }

  /// Where the bytes of `part` first stand.
  func firstPlace(of part: String) -> Range<String.Index>? {
    if part.isEmpty { return startIndex..<startIndex }
    let bytes = Array(utf8)
    let places = LiteralPattern(bytes: Array(part.utf8)).matches(in: bytes[...])
    guard let place = places.first else { return nil }
    return utf8.index(
      startIndex, offsetBy: place.lowerBound)..<utf8.index(startIndex, offsetBy: place.upperBound)
  }
}
