import Diagnostics

/// Puts a fixed text before every piece of text that is not empty.
struct PrependNormalizer: Normalizer {
  static let typeName = "Prepend"
  private let prefix: [UInt8]

  init(_ definition: JSONCursor) throws(Diagnostic) {
    prefix = Array(try definition.required("prepend").string().utf8)
  }

  func normalize(_ text: AlignedText) -> AlignedText { text.isEmpty ? text : text.prepending(prefix) }
}
