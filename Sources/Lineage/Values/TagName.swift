import Diagnostics

/// A name that a person gives to an artifact, such as `prod` or `support/candidate`.
///
/// Letters, digits, `-`, `_`, `/`; no dot or colon, which separate stages from ports and runs, and nothing that reads
/// as a digest.
public struct TagName: Sendable, Hashable, CustomStringConvertible {
  public let text: String

  public var description: String { text }

  /// - Throws: `Diagnostic` that says what a name may be.
  public init(_ text: String) throws(Diagnostic) {
    let isWord = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    let startsWithLetter = text.first?.isLetter == true
    let looksLikeDigest = text.count >= 6 && text.allSatisfy(\.isHexDigit)
    guard isWord, startsWithLetter, text.utf8.count <= 100, !looksLikeDigest else {
      throw Diagnostic(
        .invalidTag, "'\(text)' cannot be the name of a tag",
        hint: "a letter first, then letters, digits, '-', '_' or '/'; not a word that reads as a digest")
    }
    self.text = text
  }
}
