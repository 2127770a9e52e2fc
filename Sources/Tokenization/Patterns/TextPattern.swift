import Diagnostics

/// What a part of tokenizer.json looks for: `{"String": "…"}` or `{"Regex": "…"}`.
enum TextPattern: Sendable {
  case literal(LiteralPattern)
  case expression(Pattern)

  init(_ definition: JSONCursor) throws(Diagnostic) {
    if let expression = definition.optional("Regex") {
      self = .expression(try Pattern(expression))
    } else {
      let literal = definition.optional("String") ?? definition
      let bytes = Array(try literal.string().utf8)
      if bytes.isEmpty { throw literal.fail("must not be empty") }
      self = .literal(LiteralPattern(bytes: bytes))
    }
  }

  /// Where it occurs in valid UTF-8 text, from left to right without overlap.
  func matches(in text: ArraySlice<UInt8>) -> [Range<Int>] {
    switch self {
    case .literal(let literal): literal.matches(in: text)
    case .expression(let pattern): pattern.matches(in: text)
    }
  }
}
