import Diagnostics
import Foundation

/// Unicode normalisation form C.
///
/// Composition never crosses the border of a grapheme cluster (Unicode Annex 29), so each cluster is composed on
/// its own and the alignment stays exact to the cluster.
struct ComposingNormalizer: Normalizer {
  static let typeName = "NFC"

  init(_ definition: JSONCursor) throws(Diagnostic) {}

  func normalize(_ text: AlignedText) -> AlignedText {
    // Nothing below U+0300 combines or decomposes under this form: lead bytes below 0xCC.
    guard text.bytes.contains(where: { $0 >= 0xCC }) else { return text }
    let original = String(decoding: text.bytes, as: UTF8.self)
    if original.precomposedStringWithCanonicalMapping.hasSameBytes(as: original) { return text }
    var builder = AlignedText.Builder(source: text)
    var index = text.bytes.startIndex
    for cluster in original {
      let end = index + cluster.utf8.count
      let composed = String(cluster).precomposedStringWithCanonicalMapping
      if composed.utf8.elementsEqual(cluster.utf8) {
        builder.keep(index..<end)
      } else {
        builder.replace(index..<end, with: Array(composed.utf8))
      }
      index = end
    }
    return builder.text
  }
}
