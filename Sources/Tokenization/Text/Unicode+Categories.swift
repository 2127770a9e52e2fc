extension Unicode.Scalar {
  /// The version of Unicode that `tokenizers` 0.23 knows.
  private static let referenceVersion = 16

  /// Whether the scalar is assigned only since the reference was made; a newer Swift runtime then gives the same ids.
  var isNewerThanReference: Bool { (properties.age?.major ?? 0) > Self.referenceVersion }

  /// The short name of the general category, in lower case, as the reference has it.
  var referenceCategory: String {
    // Far planes hold nothing but private use and tags; asking for each scalar would take most of the time.
    if value > 0x3FFFF, !(0xE0000...0xE0FFF).contains(value) { return value < 0xF0000 ? "cn" : "co" }
    // Unicode 17 made the pharyngeal fricative a letter without case.
    if value == 0x295 { return "ll" }
    return isNewerThanReference ? "cn" : properties.generalCategory.shortName
  }
}

extension Unicode.GeneralCategory {
  /// Such as `lu` for an upper-case letter.
  fileprivate var shortName: String {
    switch self {
    case .uppercaseLetter: "lu"
    case .lowercaseLetter: "ll"
    case .titlecaseLetter: "lt"
    case .modifierLetter: "lm"
    case .otherLetter: "lo"
    case .nonspacingMark: "mn"
    case .spacingMark: "mc"
    case .enclosingMark: "me"
    case .decimalNumber: "nd"
    case .letterNumber: "nl"
    case .otherNumber: "no"
    case .connectorPunctuation: "pc"
    case .dashPunctuation: "pd"
    case .openPunctuation: "ps"
    case .closePunctuation: "pe"
    case .initialPunctuation: "pi"
    case .finalPunctuation: "pf"
    case .otherPunctuation: "po"
    case .mathSymbol: "sm"
    case .currencySymbol: "sc"
    case .modifierSymbol: "sk"
    case .otherSymbol: "so"
    case .spaceSeparator: "zs"
    case .lineSeparator: "zl"
    case .paragraphSeparator: "zp"
    case .control: "cc"
    case .format: "cf"
    case .surrogate: "cs"
    case .privateUse: "co"
    case .unassigned: "cn"
    @unknown default: "cn"
    }
  }
}
