import Diagnostics

/// Sets numbers apart, each digit on its own where `individual_digits` is set.
struct DigitsPreTokenizer: PreTokenizer {
  static let typeName = "Digits"
  private let behavior: SplitBehavior

  init(_ definition: JSONCursor) throws(Diagnostic) {
    behavior = try definition.flag("individual_digits", default: false) ? .isolated : .contiguous
  }

  func split(_ words: [Word]) -> [Word] {
    words.flatMap { $0.cut(at: $0.scalars(where: \.isNumeric), behavior) }
  }
}

extension Unicode.Scalar {
  /// Whether the general category is one of the numbers, as of the running Unicode version.
  fileprivate var isNumeric: Bool {
    if value < 0x80 { return (0x30...0x39).contains(value) }
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }
}
