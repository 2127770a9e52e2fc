import Diagnostics

/// Replaces every occurrence of a text or match of a regular expression in each piece.
struct ReplaceDecoder: TokenDecoder {
  static let typeName = "Replace"
  private let pattern: TextPattern
  private let content: [UInt8]

  init(_ definition: JSONCursor) throws(Diagnostic) {
    pattern = try TextPattern(try definition.required("pattern"))
    content = Array(try definition.required("content").string().utf8)
  }

  func decode(_ pieces: [String]) -> [String] { pieces.map(replaced) }

  private func replaced(_ piece: String) -> String {
    let bytes = Array(piece.utf8)
    let matches = pattern.matches(in: bytes[...])
    if matches.isEmpty { return piece }
    var result: [UInt8] = []
    var index = 0
    for match in matches {
      result += bytes[index..<match.lowerBound]
      result += content
      index = match.upperBound
    }
    result += bytes[index...]
    return String(decoding: result, as: UTF8.self)
  }
}
