/// A SHA-256 digest: the name of content.
public struct Digest: Sendable, Hashable {
  /// Bytes in a digest.
  public static let byteCount = 32

  private let word0, word1, word2, word3: UInt64

  /// Takes exactly 32 bytes.
  init(bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == Digest.byteCount, "a digest has 32 bytes, got \(bytes.count)")
    func word(_ index: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }
    (word0, word1, word2, word3) = (word(0), word(1), word(2), word(3))
  }

  /// Reads 64 lower-case hexadecimal digits; nil for any other text.
  public init?(_ text: some StringProtocol) {
    let digits = Array(text.utf8)
    guard digits.count == Digest.byteCount * 2 else { return nil }
    var words = [UInt64](repeating: 0, count: 4)
    for (index, digit) in digits.enumerated() {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      words[index / 16] = words[index / 16] << 4 | UInt64(value)
    }
    (word0, word1, word2, word3) = (words[0], words[1], words[2], words[3])
  }

  private var words: [UInt64] { [word0, word1, word2, word3] }

  /// 64 lower-case hexadecimal digits.
  public var text: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: Digest.byteCount * 2) { buffer in
      for (index, word) in words.enumerated() {
        for nibble in 0..<16 {
          buffer[index * 16 + nibble] = digits[Int(word >> UInt64(60 - 4 * nibble) & 15)]
        }
      }
      return Digest.byteCount * 2
    }
  }

  /// The first digits, enough to tell digests apart in a table.
  public var short: String { String(text.prefix(12)) }
}

extension Digest: CustomStringConvertible {
  public var description: String { text }
}

extension Digest: Comparable {
  public static func < (left: Digest, right: Digest) -> Bool {
    left.words.lexicographicallyPrecedes(right.words)
  }
}
