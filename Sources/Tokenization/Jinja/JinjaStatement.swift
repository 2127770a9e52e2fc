/// A step of a template.
indirect enum JinjaStatement {
  case text(String)
  case output(JinjaExpression)
  case set(String, member: String?, JinjaExpression)
  case condition([(JinjaExpression, [JinjaStatement])], otherwise: [JinjaStatement])
  case loop([String], JinjaExpression, where: JinjaExpression?, [JinjaStatement])
}

/// Reads a whole template.
struct JinjaParser {
  private static let maximumDepth = 60

  private let parts: [JinjaLexer.Part]
  private var index = 0
  private var depth = 0

  static func parse(_ source: String) throws(JinjaFailure) -> [JinjaStatement] {
    guard let parts = JinjaLexer.parts(of: source) else { throw .unsupported("a tag that is not closed") }
    var parser = JinjaParser(parts: parts)
    let statements = try parser.block().statements
    if parser.index < parts.count { throw .unsupported("an end without a start") }
    return statements
  }

  private init(parts: [JinjaLexer.Part]) { self.parts = parts }

  /// Statements up to one that ends or divides the block around them, which is given too.
  private mutating func block() throws(JinjaFailure) -> (statements: [JinjaStatement], end: [JinjaToken]) {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth { throw .unsupported("blocks nested that deep") }
    var statements: [JinjaStatement] = []
    while index < parts.count {
      switch parts[index] {
      case .text(let text): statements.append(.text(text))
      case .output(let source): statements.append(.output(try whole(try JinjaToken.tokens(of: source))))
      case .statement(let source):
        let tokens = try JinjaToken.tokens(of: source)
        guard case .name(let keyword)? = tokens.first else {
          throw .unsupported("a statement without a name")
        }
        switch keyword {
        case "elif", "else", "endif", "endfor": return (statements, tokens)
        case "if":
          statements.append(try condition(tokens))
        case "for":
          statements.append(try loop(tokens))
        case "set": statements.append(try assignment(tokens))
        // Marks what an assistant says; it changes nothing in the text.
        case "generation", "endgeneration": break
        default: throw .unsupported("the statement '\(keyword)'")
        }
      }
      index += 1
    }
    return (statements, [])
  }

  private func whole(_ tokens: [JinjaToken], from start: Int = 0) throws(JinjaFailure) -> JinjaExpression {
    var parser = JinjaExpressionParser(tokens, from: start)
    let expression = try parser.expression()
    if !parser.isAtEnd { throw .unsupported("more after an expression") }
    return expression
  }

  private mutating func condition(_ tokens: [JinjaToken]) throws(JinjaFailure) -> JinjaStatement {
    var branches: [(JinjaExpression, [JinjaStatement])] = []
    var condition = try whole(tokens, from: 1)
    while true {
      index += 1
      let (statements, end) = try block()
      branches.append((condition, statements))
      switch end.first {
      case .name("elif"): condition = try whole(end, from: 1)
      case .name("else"):
        index += 1
        let (otherwise, end) = try block()
        guard end == [.name("endif")] else { throw .unsupported("an 'if' without its end") }
        return .condition(branches, otherwise: otherwise)
      case .name("endif"): return .condition(branches, otherwise: [])
      default: throw .unsupported("an 'if' without its end")
      }
    }
  }

  private mutating func loop(_ tokens: [JinjaToken]) throws(JinjaFailure) -> JinjaStatement {
    var parser = JinjaExpressionParser(tokens, from: 1)
    var names = [try parser.name()]
    while parser.take(",") { names.append(try parser.name()) }
    try parser.require("in")
    let list = try parser.disjunction()
    let filter = parser.take("if") ? try parser.expression() : nil
    if !parser.isAtEnd { throw .unsupported("more after a 'for'") }
    index += 1
    let (body, end) = try block()
    guard end == [.name("endfor")] else { throw .unsupported("a 'for' without its end") }
    return .loop(names, list, where: filter, body)
  }

  private func assignment(_ tokens: [JinjaToken]) throws(JinjaFailure) -> JinjaStatement {
    var parser = JinjaExpressionParser(tokens, from: 1)
    let name = try parser.name()
    let member = parser.take(".") ? try parser.name() : nil
    try parser.require("=")
    let value = try parser.expression()
    if !parser.isAtEnd { throw .unsupported("more after a 'set'") }
    return .set(name, member: member, value)
  }
}
