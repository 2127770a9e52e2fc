/// Cuts Jinja source into text, statements and outputs, with the white-space rules chat templates are rendered under.
///
/// `transformers` sets `trim_blocks` and `lstrip_blocks`: the line feed after a statement and the blanks before one
/// that starts a line vanish; a dash inside a tag eats all white space on its side.
struct JinjaLexer {
  enum Part {
    case text(String)
    case statement(String)
    case output(String)
  }

  private let source: [Unicode.Scalar]
  private var index = 0
  private var parts: [Part] = []

  /// The parts of a template; nil if a tag is not closed.
  static func parts(of source: String) -> [Part]? {
    var lexer = JinjaLexer(source: Array(source.unicodeScalars))
    return lexer.run() ? lexer.parts : nil
  }

  private init(source: [Unicode.Scalar]) { self.source = source }

  private mutating func run() -> Bool {
    var text: [Unicode.Scalar] = []
    while index < source.count {
      guard source[index] == "{", index + 1 < source.count, "%{#".unicodeScalars.contains(source[index + 1])
      else {
        text.append(source[index])
        index += 1
        continue
      }
      let opening = source[index + 1]
      guard let content = tagContent(closing: opening == "{" ? "}" : opening) else { return false }
      if content.first == "-" {
        while text.last?.properties.isWhitespace == true { text.removeLast() }
      } else if opening != "{" {
        text.removeBlanksAtLineStart()
      }
      append(&text)
      append(content, opening: opening)
      if content.last == "-" {
        while index < source.count, source[index].properties.isWhitespace { index += 1 }
      } else if opening != "{", index < source.count, source[index] == "\n" {
        index += 1
      }
    }
    // Jinja drops one line feed at the end of a template.
    if text.last == "\n" { text.removeLast() }
    append(&text)
    return true
  }

  /// Reads on past the end of the tag at `index`; quotes hide what looks like an end.
  private mutating func tagContent(closing: Unicode.Scalar) -> [Unicode.Scalar]? {
    var end = index + 2
    var quote: Unicode.Scalar?
    while end + 1 < source.count {
      let scalar = source[end]
      if let open = quote {
        if scalar == "\\" { end += 1 } else if scalar == open { quote = nil }
      } else if closing != "#", scalar == "'" || scalar == "\"" {
        quote = scalar
      } else if scalar == closing, source[end + 1] == "}" {
        defer { index = end + 2 }
        return Array(source[(index + 2)..<end])
      }
      end += 1
    }
    return nil
  }

  private mutating func append(_ text: inout [Unicode.Scalar]) {
    if !text.isEmpty { parts.append(.text(String(text))) }
    text.removeAll()
  }

  private mutating func append(_ content: [Unicode.Scalar], opening: Unicode.Scalar) {
    var content = content[...]
    if content.first == "-" { content.removeFirst() }
    if content.last == "-" { content.removeLast() }
    switch opening {
    case "%": parts.append(.statement(String(Array(content))))
    case "{": parts.append(.output(String(Array(content))))
    default: break
    }
  }
}

extension [Unicode.Scalar] {
  fileprivate mutating func removeBlanksAtLineStart() {
    var start = count
    while start > 0, self[start - 1] == " " || self[start - 1] == "\t" { start -= 1 }
    if start == 0 || self[start - 1] == "\n" { removeSubrange(start...) }
  }
}

extension String {
  fileprivate init(_ scalars: [Unicode.Scalar]) {
    var view = UnicodeScalarView()
    view.append(contentsOf: scalars)
    self = String(view)
  }
}
