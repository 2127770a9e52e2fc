extension JSON {
  /// The value as one line of text, keys in their order; equal values give equal bytes.
  public var compact: String {
    var text = ""
    write(to: &text, indent: nil, level: 0)
    return text
  }

  /// The value over several indented lines, ended by a newline, as `config.json` files are written.
  public var pretty: String {
    var text = ""
    write(to: &text, indent: 2, level: 0)
    return text + "\n"
  }

  private func write(to text: inout String, indent: Int?, level: Int) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    // A double prints as the shortest text that reads back as itself.
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): JSON.writeString(value, to: &text)
    case .array(let items):
      JSON.writeList("[", "]", items, to: &text, indent: indent, level: level) { item, text in
        item.write(to: &text, indent: indent, level: level + 1)
      }
    case .object(let members):
      JSON.writeList("{", "}", members, to: &text, indent: indent, level: level) { member, text in
        JSON.writeString(member.key, to: &text)
        text += indent == nil ? ":" : ": "
        member.value.write(to: &text, indent: indent, level: level + 1)
      }
    }
  }

  private static func writeList<Element>(
    _ open: String, _ close: String, _ items: [Element], to text: inout String, indent: Int?, level: Int,
    each: (Element, inout String) -> Void
  ) {
    text += open
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      if let indent { text += "\n" + String(repeating: " ", count: indent * (level + 1)) }
      each(item, &text)
    }
    if let indent, !items.isEmpty { text += "\n" + String(repeating: " ", count: indent * level) }
    text += close
  }

  private static func writeString(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
