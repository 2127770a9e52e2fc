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

extension ArraySlice<UInt8> {
  /// Where the white space begins that ends at `index`; valid UTF-8 only.
  func startOfSpaces(before index: Int) -> Int {
    withUnsafeBufferPointer { bytes in
      var start = index - startIndex
      while start > 0 {
        let (scalar, previous) = UTF8Scanner.scalar(in: bytes, before: start)
        guard scalar.wordClass == .space else { break }
        start = previous
      }
      return start + startIndex
    }
  }

  /// Where the white space ends that begins at `index`; valid UTF-8 only.
  func endOfSpaces(after index: Int) -> Int {
    withUnsafeBufferPointer { bytes in
      var end = index - startIndex
      while end < bytes.count {
        let (scalar, next) = UTF8Scanner.scalar(in: bytes, at: end)
        guard scalar.wordClass == .space else { break }
        end = next
      }
      return end + startIndex
    }
  }
}
