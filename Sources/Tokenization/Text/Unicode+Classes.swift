extension Unicode.Scalar {
  /// What the pattern of GPT-2's pre-tokenizer tells apart.
  enum WordClass { case letter, number, space, other }

  /// `\p{L}`, `\p{N}`, `\s` (White_Space) or none of them, as Unicode 16 has it.
  ///
  /// `tokenizers` 0.23 matches under Unicode 16; holding to it keeps ids the same under newer Swift runtimes.
  var wordClass: WordClass {
    if value < 0x80 {
      switch value {
      case 0x41...0x5A, 0x61...0x7A: return .letter
      case 0x30...0x39: return .number
      case 0x20, 0x09...0x0D: return .space
      default: return .other
      }
    }
    if properties.isWhitespace { return .space }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return isNewerThanReference ? .other : .letter
    case .decimalNumber, .letterNumber, .otherNumber: return isNewerThanReference ? .other : .number
    default: return .other
    }
  }

  /// `\w` as Unicode Technical Standard 18 defines it: part of a word.
  var isWordScalar: Bool {
    if value < 0x80 { return wordClass == .letter || wordClass == .number || self == "_" }
    if isNewerThanReference { return false }
    if properties.isAlphabetic || properties.isJoinControl { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }
}
