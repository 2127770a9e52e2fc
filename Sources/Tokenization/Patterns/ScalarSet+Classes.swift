extension ScalarSet {
  /// `\s`: White_Space.
  static let whitespace = ScalarSet([
    0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
  ])

  /// `\h`: hexadecimal digits.
  static let hexadecimalDigits = ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])

  /// `\w`: letters, marks, digits and connectors, with the superscripts and fractions that Oniguruma counts in.
  static let word = ScalarSet(
    members { $0.isWordScalar && !$0.properties.isJoinControl }.ranges
      + [0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE])

  /// `\p{name}` for a general category (`Lu`), a group of them (`L`) or one of the scripts that tokenizers name; nil
  /// for other names. Case, blanks and underscores do not matter.
  static func property(_ name: String) -> ScalarSet? {
    let name = name.lowercased().filter { !"_- ".contains($0) }
    if let script = scripts[name] { return script }
    let short = categoryAliases[name] ?? name
    let matching = categories.filter { $0.key == short || (short.count == 1 && $0.key.hasPrefix(short)) }
    return matching.isEmpty ? nil : ScalarSet(matching.values.flatMap(\.ranges))
  }

  private static let categoryAliases = [
    "letter": "l", "number": "n", "mark": "m", "punctuation": "p", "symbol": "s", "separator": "z",
    "other": "c", "uppercaseletter": "lu", "lowercaseletter": "ll", "decimalnumber": "nd",
  ]

  /// Unicode 16.
  private static let scripts: [String: ScalarSet] = [
    "han": ScalarSet([
      0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029,
      0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFA6D, 0xFA70...0xFAD9, 0x16FE2...0x16FE3,
      0x16FF0...0x16FF1, 0x20000...0x2A6DF, 0x2A700...0x2B739, 0x2B740...0x2B81D, 0x2B820...0x2CEA1,
      0x2CEB0...0x2EBE0, 0x2EBF0...0x2EE5D, 0x2F800...0x2FA1D, 0x30000...0x3134A, 0x31350...0x323AF,
    ]),
    "hiragana": ScalarSet([
      0x3041...0x3096, 0x309D...0x309F, 0x1B001...0x1B11F, 0x1B132...0x1B132, 0x1B150...0x1B152,
      0x1F200...0x1F200,
    ]),
    "katakana": ScalarSet([
      0x30A1...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF, 0x32D0...0x32FE, 0x3300...0x3357, 0xFF66...0xFF6F,
      0xFF71...0xFF9D, 0x1AFF0...0x1AFF3, 0x1AFF5...0x1AFFB, 0x1AFFD...0x1AFFE, 0x1B000...0x1B000,
      0x1B120...0x1B122, 0x1B155...0x1B155, 0x1B164...0x1B167,
    ]),
    "hangul": ScalarSet([
      0x1100...0x11FF, 0x302E...0x302F, 0x3131...0x318E, 0x3200...0x321E, 0x3260...0x327E, 0xA960...0xA97C,
      0xAC00...0xD7A3, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB, 0xFFA0...0xFFBE, 0xFFC2...0xFFC7, 0xFFCA...0xFFCF,
      0xFFD2...0xFFD7, 0xFFDA...0xFFDC,
    ]),
  ]

  /// General categories by their short names in lower case.
  private static let categories: [String: ScalarSet] = {
    var ranges: [String: [ClosedRange<UInt32>]] = [:]
    var open: (name: String, start: UInt32)?
    func close(before end: UInt32) {
      if let open { ranges[open.name, default: []].append(open.start...(end - 1)) }
    }
    for value in UInt32(0)...0x10FFFF {
      let name = Unicode.Scalar(value)?.referenceCategory ?? "cs"
      if open?.name == name { continue }
      close(before: value)
      open = (name, value)
    }
    close(before: 0x110000)
    return ranges.mapValues { ScalarSet($0) }
  }()

  private static func members(where isMember: (Unicode.Scalar) -> Bool) -> ScalarSet {
    ScalarSet((UInt32(0)...0x3FFFF).filter { Unicode.Scalar($0).map(isMember) ?? false }.map { $0...$0 })
  }
}
