/// The tokens of a Jinja expression in one spelling: quotes, escapes, blanks and `a.b` for `a['b']` do not matter.
struct JinjaExpression: Hashable {
  enum Token: Hashable {
    case literal(String)
    case symbol(String)
  }

  var tokens: [Token] = []

  init(_ source: String) {
    var rest = source.unicodeScalars[...]
    while let scalar = rest.first {
      if scalar.properties.isWhitespace {
        rest.removeFirst()
      } else if scalar == "'" || scalar == "\"" {
        tokens.append(.literal(Self.literal(&rest)))
      } else if Self.isNamePart(scalar) {
        appendName(Self.name(&rest))
      } else {
        tokens.append(.symbol(String(rest.removeFirst())))
      }
    }
  }

  /// The operands of a concatenation, `+` or `~` between them, neighbouring literals joined.
  var operands: [[Token]] {
    var result: [[Token]] = []
    for operand in tokens.split(whereSeparator: { $0 == .symbol("+") || $0 == .symbol("~") }) {
      result.appendJoiningLiterals(Array(operand))
    }
    return result
  }

  private mutating func appendName(_ name: String) {
    guard tokens.last == .symbol(".") else { return tokens.append(.symbol(name)) }
    tokens.removeLast()
    tokens += [.symbol("["), .literal(name), .symbol("]")]
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool { scalar == "_" || scalar.isWordScalar }

  private static func name(_ rest: inout Substring.UnicodeScalarView) -> String {
    let name = rest.prefix(while: isNamePart)
    rest = rest[name.endIndex...]
    return String(name)
  }

  private static func literal(_ rest: inout Substring.UnicodeScalarView) -> String {
    let quote = rest.removeFirst()
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst(), scalar != quote {
      if scalar == "\\", let escaped = rest.popFirst() {
        switch escaped {
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "r": text.append("\r")
        case "\\", "'", "\"": text.append(escaped)
        default: text.append(contentsOf: [scalar, escaped])
        }
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }
}

extension [[JinjaExpression.Token]] {
  /// Adds an operand; a literal after a literal becomes part of it.
  mutating func appendJoiningLiterals(_ operand: [JinjaExpression.Token]) {
    if case .literal(let text)? = operand.first, operand.count == 1, let last = self.last, last.count == 1,
      case .literal(let before)? = last.first
    {
      self[count - 1] = [.literal(before + text)]
    } else {
      append(operand)
    }
  }
}
