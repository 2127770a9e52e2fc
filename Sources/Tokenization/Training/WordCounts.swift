/// How often each word occurs in a corpus, special tokens left out.
struct WordCounts {
  private(set) var counts: [ArraySlice<UInt8>: Int] = [:]
  private var specials = ByteTrie()

  init(specialTokens: [String]) {
    for (index, token) in specialTokens.enumerated() { specials.insert(token.utf8, value: Int32(index)) }
  }

  /// Counts the words of valid UTF-8 text.
  mutating func add(_ text: [UInt8]) {
    var start = 0
    var index = 0
    while index < text.count {
      if let match = specials.longestMatch(in: text[...], at: index) {
        addWords(of: text[start..<index])
        start = match.end
        index = match.end
      } else {
        index += 1
      }
    }
    addWords(of: text[start...])
  }

  private mutating func addWords(of text: ArraySlice<UInt8>) {
    GPT2Scanner.forEachWord(in: text) { counts[text[$0], default: 0] += 1 }
  }
}
