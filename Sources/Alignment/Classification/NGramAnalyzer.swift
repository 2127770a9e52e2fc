/// How a text is cut into n-grams; case is ignored. Both ways are those of scikit-learn's vectorizers, so that counts
/// can be compared.
public enum NGramAnalyzer: Sendable, Hashable {
  /// Runs of words, joined by a space; a word is a run of letters, digits and underscores (`token_pattern` `\w+`).
  case words(ClosedRange<Int>)
  /// Runs of characters that do not cross white space, which is part of the runs at a word's ends (`char_wb`).
  case characters(ClosedRange<Int>)

  /// The n-grams of a text; one that occurs twice is there twice.
  public func nGrams(of text: String) -> [String] {
    let text = text.lowercased()
    switch self {
    case .words(let sizes):
      let words = text.unicodeScalars.split { !$0.isWordCharacter }.map { String($0) }
      return sizes.flatMap { size in
        words.count < size
          ? [] : (0...words.count - size).map { words[$0..<$0 + size].joined(separator: " ") }
      }
    case .characters(let sizes):
      var result: [String] = []
      for word in text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace) {
        let padded = [" "] + Array(word) + [" "]
        for size in sizes {
          for start in 0...max(0, padded.count - size) {
            var gram = String.UnicodeScalarView()
            gram.append(contentsOf: padded[start..<min(start + size, padded.count)])
            result.append(String(gram))
          }
          // A word that is no longer than this is one n-gram, whatever the greater sizes.
          if padded.count <= size { break }
        }
      }
      return result
    }
  }
}

extension Unicode.Scalar {
  /// What Python's `\w` takes in: letters, numbers and the underscore.
  fileprivate var isWordCharacter: Bool {
    if isASCII { return properties.isAlphabetic || properties.numericType != nil || self == "_" }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }
}
