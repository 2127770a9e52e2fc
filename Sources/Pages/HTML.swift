/// A piece of an HTML document; every text in it is escaped when it is written.
public indirect enum HTML: Sendable, Hashable {
  public struct Attribute: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  case text(String)
  case element(String, [Attribute], [HTML])
  /// Pieces one after the other.
  case fragment([HTML])

  /// An element by name, with attributes in their order.
  public static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: HTML...
  ) -> HTML {
    tag(name, attributes, children)
  }

  public static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [HTML]
  ) -> HTML {
    .element(name, attributes.map { Attribute($0.key, $0.value) }, children)
  }

  /// Nothing at all.
  public static let empty = HTML.fragment([])

  /// The markup; the same value gives the same bytes.
  public var markup: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .text(let content): text += content.markupEscaped
    case .fragment(let pieces): for piece in pieces { piece.write(to: &text) }
    case .element(let name, let attributes, let children):
      text += "<\(name)"
      for attribute in attributes { text += " \(attribute.name)=\"\(attribute.value.markupEscaped)\"" }
      text += ">"
      if Self.voidElements.contains(name) { return }
      for child in children { child.write(to: &text) }
      text += "</\(name)>"
      if Self.blockElements.contains(name) { text += "\n" }
    }
  }

  /// Elements without an end tag (HTML Standard, 13.1.2).
  private static let voidElements: Set = ["br", "hr", "meta", "link", "img", "col", "wbr"]
  /// A line of its own for what people read in the source.
  private static let blockElements: Set = [
    "div", "section", "table", "thead", "tbody", "tr", "figure", "svg", "h1", "h2", "h3", "p", "ul", "li",
    "details",
    "header", "footer", "head", "title", "style", "dl", "pre", "g", "path", "line",
  ]
}

extension HTML: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) { self = .text(value) }
}

extension String {
  /// The text as it stands in markup or a quoted attribute: no character of it is taken for markup, and control
  /// characters that a document must not hold are replaced.
  var markupEscaped: String {
    var result = ""
    result.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      default:
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        let isNoncharacter = scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value)
        result.unicodeScalars.append(isControl || isNoncharacter ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }
}
