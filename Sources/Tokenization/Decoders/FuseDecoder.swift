import Diagnostics

/// Joins all pieces into one.
struct FuseDecoder: TokenDecoder {
  static let typeName = "Fuse"

  init(_ definition: JSONCursor) throws(Diagnostic) {}

  func decode(_ pieces: [String]) -> [String] { [pieces.joined()] }
}
