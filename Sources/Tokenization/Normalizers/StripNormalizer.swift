import Diagnostics

/// Removes white space from the ends of the text.
struct StripNormalizer: Normalizer {
  static let typeName = "Strip"
  private let left: Bool
  private let right: Bool

  init(_ definition: JSONCursor) throws(Diagnostic) {
    left = try definition.flag("strip_left", default: true)
    right = try definition.flag("strip_right", default: true)
  }

  func normalize(_ text: AlignedText) -> AlignedText {
    let bytes = text.bytes
    let start = left ? bytes.endOfSpaces(after: bytes.startIndex) : bytes.startIndex
    let end = right ? bytes.startOfSpaces(before: bytes.endIndex) : bytes.endIndex
    return text[start..<max(start, end)]
  }
}
