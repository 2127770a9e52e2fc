import Diagnostics
import Foundation
// Foundation's forms are wrong for scalars outside the basic plane before marks (swift-corelibs 6.3).
@_spi(_Unicode) import Swift

/// A Unicode normalisation form (Unicode Annex 15), as the tables of Unicode 9 give it, which `tokenizers` 0.23 uses:
/// scalars assigned later stay as and where they are.
protocol UnicodeFormNormalizer: Normalizer {
  /// The lead byte of the first scalar that the form may change.
  static var firstLeadByte: UInt8 { get }
  init()
  func form(of text: String) -> String
}

extension UnicodeFormNormalizer {
  init(_ definition: JSONCursor) throws(Diagnostic) { self.init() }

  /// The text in the form, aligned to grapheme clusters, which composition hardly ever crosses (Unicode Annex 29);
  /// where it does, as between compatibility jamo, to runs of characters outside ASCII.
  func normalize(_ text: AlignedText) -> AlignedText {
    guard text.bytes.contains(where: { $0 >= Self.firstLeadByte }) else { return text }
    let original = String(decoding: text.bytes, as: UTF8.self)
    let whole = knownForm(of: original)
    if whole.hasSameBytes(as: original) { return text }
    let result = normalize(text, by: original.map { $0.utf8.count })
    return result.bytes.elementsEqual(whole.utf8) ? result : normalize(text, by: original.runLengths)
  }

  private func knownForm(of text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.contains(where: \.isNewerThanForms) else { return form(of: text) }
    var result = ""
    var rest = scalars[...]
    while let border = rest.firstIndex(where: \.isNewerThanForms) {
      result += form(of: String(rest[..<border]))
      result.unicodeScalars.append(rest[border])
      rest = rest[scalars.index(after: border)...]
    }
    return result + form(of: String(rest))
  }

  /// Brings each of the pieces with the given lengths in bytes into the form.
  private func normalize(_ text: AlignedText, by lengths: [Int]) -> AlignedText {
    var builder = AlignedText.Builder(source: text)
    var start = text.bytes.startIndex
    for length in lengths {
      let range = start..<start + length
      start += length
      let piece = text.bytes[range]
      let formed = piece.contains { $0 >= 0x80 } ? knownForm(of: String(decoding: piece, as: UTF8.self)) : nil
      if let formed, !formed.utf8.elementsEqual(piece) {
        builder.replace(range, with: Array(formed.utf8))
      } else {
        builder.keep(range)
      }
    }
    return builder.text
  }
}

struct NFCNormalizer: UnicodeFormNormalizer {
  static let typeName = "NFC"
  // Nothing below U+0300 combines.
  static let firstLeadByte: UInt8 = 0xCC
  func form(of text: String) -> String { String(text.splittingTibetanVowels._nfc) }
}

struct NFDNormalizer: UnicodeFormNormalizer {
  static let typeName = "NFD"
  static let firstLeadByte: UInt8 = 0xC3
  func form(of text: String) -> String { String(text.splittingTibetanVowels._nfd) }
}

struct NFKCNormalizer: UnicodeFormNormalizer {
  static let typeName = "NFKC"
  static let firstLeadByte: UInt8 = 0xC2
  func form(of text: String) -> String { String(text.compatibilityMapping._nfc) }
}

struct NFKDNormalizer: UnicodeFormNormalizer {
  static let typeName = "NFKD"
  static let firstLeadByte: UInt8 = 0xC2
  func form(of text: String) -> String { String(text.compatibilityMapping._nfd) }
}

extension String {
  fileprivate init(_ scalars: some Sequence<Unicode.Scalar>) {
    self.init(UnicodeScalarView(scalars))
  }

  /// The text with the three starters decomposed that decompose to marks alone, which the standard library takes for
  /// borders of reordering.
  fileprivate var splittingTibetanVowels: String {
    guard unicodeScalars.contains(where: { (0xF73...0xF81).contains($0.value) }) else { return self }
    var result = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "\u{F73}": result.append(contentsOf: ["\u{F71}", "\u{F72}"])
      case "\u{F75}": result.append(contentsOf: ["\u{F71}", "\u{F74}"])
      case "\u{F81}": result.append(contentsOf: ["\u{F71}", "\u{F80}"])
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// Every scalar by its compatibility decomposition, not yet in canonical order.
  fileprivate var compatibilityMapping: String {
    var result = ""
    for scalar in unicodeScalars {
      if scalar.value < 0xA0 {
        result.unicodeScalars.append(scalar)
      } else {
        result += String(Character(scalar)).decomposedStringWithCompatibilityMapping
      }
    }
    return result
  }

  /// The lengths in bytes of runs of ASCII characters and of others.
  fileprivate var runLengths: [Int] {
    var lengths: [Int] = []
    var before: Bool?
    for character in self {
      let isASCII = character.isASCII
      if isASCII == before, let last = lengths.popLast() {
        lengths.append(last + character.utf8.count)
      } else {
        lengths.append(character.utf8.count)
      }
      before = isASCII
    }
    return lengths
  }
}

extension Unicode.Scalar {
  /// Whether the tables of Unicode 9 do not know the scalar.
  fileprivate var isNewerThanForms: Bool { value >= 0x300 && (properties.age?.major ?? 0) > 9 }
}
