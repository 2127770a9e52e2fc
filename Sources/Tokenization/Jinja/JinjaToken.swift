/// A token of a Jinja expression or statement.
enum JinjaToken: Hashable {
  case name(String)
  case integer(Int)
  case string(String)
  case symbol(String)

  private static let symbols = [
    "==", "!=", "<=", ">=", "//", "**", "(", ")", "[", "]", "{", "}", ".", ",", ":", "|", "+", "-", "*", "/",
    "%",
    "~", "<", ">", "=",
  ]

  static func tokens(of source: String) throws(JinjaFailure) -> [JinjaToken] {
    var tokens: [JinjaToken] = []
    var rest = source.unicodeScalars[...]
    while let scalar = rest.first {
      if scalar.properties.isWhitespace {
        rest.removeFirst()
      } else if scalar == "'" || scalar == "\"" {
        tokens.append(.string(try literal(&rest)))
      } else if scalar == "_" || scalar.isWordScalar {
        let word = rest.prefix { $0 == "_" || $0.isWordScalar }
        rest = rest[word.endIndex...]
        let text = String(word)
        tokens.append(Int(text).map(JinjaToken.integer) ?? .name(text))
      } else if let symbol = symbols.first(where: { rest.starts(with: $0.unicodeScalars) }) {
        rest.removeFirst(symbol.unicodeScalars.count)
        tokens.append(.symbol(symbol))
      } else {
        throw .unsupported("the character '\(scalar)'")
      }
    }
    return tokens
  }

  private static func literal(_ rest: inout Substring.UnicodeScalarView) throws(JinjaFailure) -> String {
    let quote = rest.removeFirst()
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == quote { return String(text) }
      guard scalar == "\\", let escaped = rest.popFirst() else {
        text.append(scalar)
        continue
      }
      switch escaped {
      case "n": text.append("\n")
      case "t": text.append("\t")
      case "r": text.append("\r")
      case "\\", "'", "\"": text.append(escaped)
      case "x", "u", "U", "N", "0"..."7": throw .unsupported("the escape '\\\(escaped)'")
      default: text.append(contentsOf: [scalar, escaped])
      }
    }
    throw .unsupported("a text without an end")
  }
}
