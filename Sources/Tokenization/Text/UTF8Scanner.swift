/// Decodes scalars of text that is known to be valid UTF-8.
enum UTF8Scanner {
  /// The scalar that starts at `index`, and the index after it.
  @inline(__always)
  static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (Unicode.Scalar, next: Int) {
    let first = UInt32(bytes[index])
    if first < 0x80 { return (Unicode.Scalar(UInt8(first)), index + 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = first & (0xFF >> UInt32(length + 1))
    for offset in 1..<length where index + offset < bytes.count {
      value = value << 6 | UInt32(bytes[index + offset] & 0x3F)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", min(index + length, bytes.count))
  }

  /// The scalar that ends just before `index`.
  static func scalar(in bytes: UnsafeBufferPointer<UInt8>, before index: Int) -> (Unicode.Scalar, start: Int)
  {
    var start = index - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return (scalar(in: bytes, at: start).0, start)
  }
}
