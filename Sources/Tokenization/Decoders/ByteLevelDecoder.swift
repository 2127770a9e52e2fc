import Diagnostics

/// Reads tokens in `ByteAlphabet` back into bytes; bytes that are not UTF-8 become U+FFFD.
struct ByteLevelDecoder: TokenDecoder {
  static let typeName = "ByteLevel"

  init(_ definition: JSONCursor) throws(Diagnostic) {}

  func decode(_ pieces: [String]) -> [String] {
    var bytes: [UInt8] = []
    for piece in pieces { bytes.append(contentsOf: ByteAlphabet.bytes(of: piece) ?? Array(piece.utf8)) }
    return [String(decoding: bytes, as: UTF8.self)]
  }

  func rawBytes(of piece: String) -> [UInt8]? { ByteAlphabet.bytes(of: piece) }
}
