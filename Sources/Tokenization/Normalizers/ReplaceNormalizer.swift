import Diagnostics

/// Replaces every occurrence of a text or match of a regular expression.
struct ReplaceNormalizer: Normalizer {
  static let typeName = "Replace"
  private let pattern: TextPattern
  private let content: [UInt8]

  init(_ definition: JSONCursor) throws(Diagnostic) {
    pattern = try TextPattern(try definition.required("pattern"))
    content = Array(try definition.required("content").string().utf8)
  }

  func normalize(_ text: AlignedText) -> AlignedText {
    text.replacing(pattern.matches(in: text.bytes), by: content)
  }
}
