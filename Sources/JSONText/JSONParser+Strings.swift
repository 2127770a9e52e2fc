extension JSONParser {
  /// Parses a string from its opening quote on; refuses control characters, bad escapes, lone surrogates and
  /// bytes that are not UTF-8.
  mutating func parseString() throws(Failure) -> String {
    offset += 1
    let start = offset
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        let text = try decode(bytes[start..<offset], at: start)
        offset += 1
        return text
      case UInt8(ascii: "\\"): return try parseEscapedString(from: start)
      case 0..<0x20: throw fail("a control character in a string must be written as an escape")
      default: offset += 1
      }
    }
    throw fail("the string is not closed")
  }

  private mutating func parseEscapedString(from start: Int) throws(Failure) -> String {
    var buffer = Array(bytes[start..<offset])
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        let text: String? = String(validating: buffer, as: UTF8.self)
        guard let text else { throw Failure(offset: start, message: "the string is not valid UTF-8") }
        offset += 1
        return text
      case UInt8(ascii: "\\"):
        offset += 1
        try appendEscape(to: &buffer)
      case 0..<0x20: throw fail("a control character in a string must be written as an escape")
      default:
        buffer.append(byte)
        offset += 1
      }
    }
    throw fail("the string is not closed")
  }

  private func decode(_ slice: Slice<UnsafeBufferPointer<UInt8>>, at start: Int) throws(Failure) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw Failure(offset: start, message: "the string is not valid UTF-8")
    }
    return text
  }

  private mutating func appendEscape(to buffer: inout [UInt8]) throws(Failure) {
    guard let byte = peek() else { throw fail("the string is not closed") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"): buffer.append(contentsOf: Array(String(Character(try parseScalar())).utf8))
    default:
      offset -= 1
      throw fail("unknown escape '\\\(Character(Unicode.Scalar(byte)))'")
    }
  }

  private mutating func parseScalar() throws(Failure) -> Unicode.Scalar {
    let first = try parseHexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, take("\\"), take("u") else { throw fail("a surrogate escape stands alone") }
    let second = try parseHexadecimal()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    else { throw fail("a surrogate escape stands alone") }
    return scalar
  }

  private mutating func parseHexadecimal() throws(Failure) -> UInt16 {
    guard offset + 4 <= bytes.count else { throw fail("expected four hexadecimal digits") }
    var value: UInt16 = 0
    for _ in 0..<4 {
      let digit = Unicode.Scalar(bytes[offset])
      guard digit.isASCII, let number = Character(digit).hexDigitValue else {
        throw fail("expected four hexadecimal digits")
      }
      value = value << 4 | UInt16(number)
      offset += 1
    }
    return value
  }
}
