/// Reads the expressions of chat templates: operators by Jinja's precedence, filters, tests, calls and slices.
struct JinjaExpressionParser {
  private static let maximumDepth = 100

  private let tokens: [JinjaToken]
  private(set) var index = 0
  private var depth = 0

  init(_ tokens: [JinjaToken], from index: Int = 0) {
    self.tokens = tokens
    self.index = index
  }

  var isAtEnd: Bool { index >= tokens.count }
  private var next: JinjaToken? { index < tokens.count ? tokens[index] : nil }

  mutating func take(_ symbol: String) -> Bool {
    guard next == .symbol(symbol) || next == .name(symbol) else { return false }
    index += 1
    return true
  }

  mutating func name() throws(JinjaFailure) -> String {
    guard case .name(let name)? = next else { throw .unsupported("a name was expected") }
    index += 1
    return name
  }

  mutating func require(_ symbol: String) throws(JinjaFailure) {
    guard take(symbol) else { throw .unsupported("'\(symbol)' was expected") }
  }

  mutating func expression() throws(JinjaFailure) -> JinjaExpression {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth { throw .unsupported("expressions nested that deep") }
    let value = try disjunction()
    guard take("if") else { return value }
    let condition = try disjunction()
    let other = take("else") ? try expression() : .literal(.undefined)
    return .choice(value, condition: condition, other)
  }

  /// An expression without `if`, as the list of a `for` statement.
  mutating func disjunction() throws(JinjaFailure) -> JinjaExpression {
    var left = try conjunction()
    while take("or") { left = .binary("or", left, try conjunction()) }
    return left
  }

  private mutating func conjunction() throws(JinjaFailure) -> JinjaExpression {
    var left = try negation()
    while take("and") { left = .binary("and", left, try negation()) }
    return left
  }

  private mutating func negation() throws(JinjaFailure) -> JinjaExpression {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth { throw .unsupported("expressions nested that deep") }
    return take("not") ? .not(try negation()) : try comparison()
  }

  private mutating func comparison() throws(JinjaFailure) -> JinjaExpression {
    var left = try sum()
    while true {
      if let symbol = ["==", "!=", "<=", ">=", "<", ">", "in"].first(where: {
        next == .symbol($0) || next == .name($0)
      }) {
        index += 1
        left = .binary(symbol, left, try sum())
      } else if next == .name("not"), index + 1 < tokens.count, tokens[index + 1] == .name("in") {
        index += 2
        left = .not(.binary("in", left, try sum()))
      } else {
        return left
      }
    }
  }

  private mutating func sum() throws(JinjaFailure) -> JinjaExpression {
    var left = try concatenation()
    while let symbol = ["+", "-"].first(where: { next == .symbol($0) }) {
      index += 1
      left = .binary(symbol, left, try concatenation())
    }
    return left
  }

  private mutating func concatenation() throws(JinjaFailure) -> JinjaExpression {
    var left = try product()
    while take("~") { left = .binary("~", left, try product()) }
    return left
  }

  private mutating func product() throws(JinjaFailure) -> JinjaExpression {
    var left = try unary()
    while let symbol = ["*", "//", "%"].first(where: { next == .symbol($0) }) {
      index += 1
      left = .binary(symbol, left, try unary())
    }
    return left
  }

  private mutating func unary() throws(JinjaFailure) -> JinjaExpression {
    if take("-") { return .negative(try postfix(primary())) }
    return try postfix(primary())
  }

  private mutating func primary() throws(JinjaFailure) -> JinjaExpression {
    guard let token = next else { throw .unsupported("an expression was expected") }
    index += 1
    switch token {
    case .integer(let value): return .literal(.integer(value))
    case .string(var value):
      while case .string(let more)? = next {
        value += more
        index += 1
      }
      return .literal(.string(value))
    case .name(let name):
      switch name {
      case "true", "True": return .literal(.bool(true))
      case "false", "False": return .literal(.bool(false))
      case "none", "None": return .literal(.none)
      default:
        guard take("(") else { return .variable(name) }
        let (arguments, named) = try arguments()
        return .call(on: nil, name, arguments, named: named)
      }
    case .symbol("("):
      let value = try expression()
      try require(")")
      return value
    case .symbol("["):
      var items: [JinjaExpression] = []
      while !take("]") {
        items.append(try expression())
        if !take(",") {
          try require("]")
          break
        }
      }
      return .list(items)
    case .symbol(let symbol): throw .unsupported("'\(symbol)' here")
    }
  }

  private mutating func postfix(_ start: JinjaExpression) throws(JinjaFailure) -> JinjaExpression {
    var value = start
    while true {
      if take(".") {
        let name = try name()
        if take("(") {
          let (arguments, named) = try arguments()
          value = .call(on: value, name, arguments, named: named)
        } else {
          value = .member(value, .literal(.string(name)))
        }
      } else if take("[") {
        value = try subscripted(value)
      } else if take("|") {
        let name = try name()
        value = .filter(value, name, take("(") ? try arguments().values : [])
      } else if take("is") {
        let isNegated = take("not")
        let name = try name()
        let test = JinjaExpression.test(value, name, take("(") ? try arguments().values : [])
        value = isNegated ? .not(test) : test
      } else {
        return value
      }
    }
  }

  private mutating func subscripted(_ value: JinjaExpression) throws(JinjaFailure) -> JinjaExpression {
    let from = next == .symbol(":") ? nil : try expression()
    guard take(":") else {
      try require("]")
      guard let from else { throw .unsupported("an empty subscript") }
      return .member(value, from)
    }
    let to = next == .symbol(":") || next == .symbol("]") ? nil : try expression()
    let step = take(":") && next != .symbol("]") ? try expression() : nil
    try require("]")
    return .slice(value, from: from, to: to, step: step)
  }

  private mutating func arguments() throws(JinjaFailure) -> (
    values: [JinjaExpression], named: [String: JinjaExpression]
  ) {
    var values: [JinjaExpression] = []
    var named: [String: JinjaExpression] = [:]
    while !take(")") {
      if case .name(let name)? = next, index + 1 < tokens.count, tokens[index + 1] == .symbol("=") {
        index += 2
        named[name] = try expression()
      } else {
        values.append(try expression())
      }
      if !take(",") {
        try require(")")
        break
      }
    }
    return (values, named)
  }
}
