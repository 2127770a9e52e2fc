import JSONText

/// The core schema of YAML 1.2 (section 10.3.2): what a plain scalar means.
///
/// Unlike YAML 1.1, `yes`, `on`, `1_000`, `0777` (decimal here) and `1:30` are no booleans, octal or base-60 numbers.
enum YAMLScalar {
  static func resolve(_ text: String) -> JSON {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .bool(true)
    case "false", "False", "FALSE": .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": .number(-.infinity)
    case ".nan", ".NaN", ".NAN": .number(.nan)
    default: number(text) ?? .string(text)
    }
  }

  private static func number(_ text: String) -> JSON? {
    let bytes = Array(text.utf8)
    if text.hasPrefix("0x"), bytes.count > 2, bytes.dropFirst(2).allSatisfy(isHexadecimalDigit) {
      return integer(text.dropFirst(2), radix: 16)
    }
    if text.hasPrefix("0o"), bytes.count > 2, bytes.dropFirst(2).allSatisfy({ (0x30...0x37).contains($0) }) {
      return integer(text.dropFirst(2), radix: 8)
    }
    var rest = bytes[...]
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
    let whole = takeDigits(&rest)
    if rest.isEmpty { return whole == 0 ? nil : integer(Substring(text), radix: 10) }
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = takeDigits(&rest)
    }
    guard whole + fraction > 0 else { return nil }
    if let letter = rest.first, letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") {
      rest.removeFirst()
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
      guard takeDigits(&rest) > 0 else { return nil }
    }
    return rest.isEmpty ? Double(text).map(JSON.number) : nil
  }

  /// An integer of any size; beyond 64 bits it is the nearest number.
  private static func integer(_ digits: Substring, radix: Int) -> JSON? {
    if let value = Int(digits, radix: radix) { return .integer(value) }
    if radix == 10 { return Double(digits).map(JSON.number) }
    return .number(digits.utf8.reduce(0) { $0 * Double(radix) + Double(hexadecimalValue($1)) })
  }

  private static func takeDigits(_ bytes: inout ArraySlice<UInt8>) -> Int {
    let count = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    bytes.removeFirst(count)
    return count
  }

  private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
    Character(Unicode.Scalar(byte)).isHexDigit && byte < 0x80
  }

  private static func hexadecimalValue(_ byte: UInt8) -> Int {
    Character(Unicode.Scalar(byte)).hexDigitValue ?? 0
  }
}
