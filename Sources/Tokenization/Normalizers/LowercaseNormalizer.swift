import Diagnostics

/// Lower case, scalar by scalar.
struct LowercaseNormalizer: Normalizer {
  static let typeName = "Lowercase"

  init(_ definition: JSONCursor) throws(Diagnostic) {}

  func normalize(_ text: AlignedText) -> AlignedText {
    text.mapping { Array($0.properties.lowercaseMapping.utf8) }
  }
}
