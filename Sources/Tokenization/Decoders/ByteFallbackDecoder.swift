import Diagnostics

/// Joins runs of tokens like `<0xE5>` into characters; every byte of a run that is not UTF-8 becomes U+FFFD.
struct ByteFallbackDecoder: TokenDecoder {
  static let typeName = "ByteFallback"

  init(_ definition: JSONCursor) throws(Diagnostic) {}

  func decode(_ pieces: [String]) -> [String] {
    var result: [String] = []
    var run: [UInt8] = []
    for piece in pieces {
      if let byte = Self.byte(of: piece) {
        run.append(byte)
      } else {
        Self.flush(&run, into: &result)
        result.append(piece)
      }
    }
    Self.flush(&run, into: &result)
    return result
  }

  func rawBytes(of piece: String) -> [UInt8]? { Self.byte(of: piece).map { [$0] } }

  private static func byte(of piece: String) -> UInt8? {
    let bytes = Array(piece.utf8)
    guard bytes.count == 6, bytes.starts(with: "<0x".utf8), bytes[5] == UInt8(ascii: ">") else { return nil }
    return UInt8(String(decoding: bytes[3..<5], as: UTF8.self), radix: 16)
  }

  private static func flush(_ run: inout [UInt8], into result: inout [String]) {
    if run.isEmpty { return }
    if let text = String(validating: run, as: UTF8.self) {
      result.append(text)
    } else {
      result.append(contentsOf: repeatElement("\u{FFFD}", count: run.count))
    }
    run.removeAll()
  }
}
