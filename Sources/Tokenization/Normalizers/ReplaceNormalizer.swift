import Diagnostics

/// Replaces every occurrence of a fixed text.
struct ReplaceNormalizer: Normalizer {
  static let typeName = "Replace"
  private let pattern: LiteralPattern
  private let content: [UInt8]

  init(_ definition: JSONCursor) throws(Diagnostic) {
    pattern = try LiteralPattern(try definition.required("pattern"))
    content = Array(try definition.required("content").string().utf8)
  }

  func normalize(_ text: AlignedText) -> AlignedText {
    let matches = pattern.matches(in: text.bytes)
    if matches.isEmpty { return text }
    var builder = AlignedText.Builder(source: text)
    var index = text.bytes.startIndex
    for match in matches {
      builder.keep(index..<match.lowerBound)
      builder.replace(match, with: content)
      index = match.upperBound
    }
    builder.keep(index..<text.bytes.endIndex)
    return builder.text
  }
}
