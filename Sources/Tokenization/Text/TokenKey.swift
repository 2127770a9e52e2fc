/// A token's text as a dictionary key, compared byte for byte.
///
/// Swift compares strings by canonical equivalence, under which "é" and "e" + U+0301 are one key; vocabularies hold
/// both with different ids.
struct TokenKey: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (lhs: TokenKey, rhs: TokenKey) -> Bool { lhs.text.hasSameBytes(as: rhs.text) }

  func hash(into hasher: inout Hasher) {
    var copy = text
    copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension String {
  /// Whether both strings have the same UTF-8 bytes, which `==` does not ask.
  func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
