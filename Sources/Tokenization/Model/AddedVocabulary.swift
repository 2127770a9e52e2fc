import Diagnostics

/// The added tokens and how a text is cut at them.
///
/// Follows `tokenizers` `added_vocabulary.rs`: tokens that are not normalised are found in the raw text, the others
/// in what normalisation makes of the rest.
struct AddedVocabulary: Sendable {
  /// In the order of their definition.
  private(set) var tokens: [AddedToken] = []
  private var indexByID: [Int32: Int] = [:]
  private var idByContent: [TokenKey: Int32] = [:]
  private var rawTrie = ByteTrie()
  private var normalizedTrie = ByteTrie()

  init(_ tokens: [AddedToken], normalizer: (any Normalizer)?) {
    for var token in tokens where !token.content.isEmpty {
      if token.isNormalized, let normalizer {
        let bytes = Array(token.content.utf8)
        let text = normalizer.normalize(AlignedText(input: bytes, range: bytes.indices))
        token.spelling = String(decoding: text.bytes, as: UTF8.self)
      }
      if let index = indexByID[token.id] {
        self.tokens[index] = token
      } else {
        indexByID[token.id] = self.tokens.count
        self.tokens.append(token)
      }
      idByContent[TokenKey(token.content)] = token.id
    }
    // Specials come first, so they win over equal patterns.
    for isSpecial in [true, false] {
      for token in self.tokens where token.isSpecial == isSpecial {
        if token.isNormalized {
          normalizedTrie.insert(token.spelling.utf8, value: token.id)
        } else {
          rawTrie.insert(token.content.utf8, value: token.id)
        }
      }
    }
  }

  func token(_ id: Int32) -> AddedToken? { indexByID[id].map { tokens[$0] } }
  func id(of content: String) -> Int32? { idByContent[TokenKey(content)] }

  /// A part of a text: a token that was found, or text between tokens.
  struct Part {
    var token: Int32?
    var range: Range<Int>
  }

  /// Cuts raw text.
  func splitRaw(_ text: ArraySlice<UInt8>) -> [Part] { split(text, at: rawTrie) }

  /// Cuts normalised text.
  func splitNormalized(_ text: ArraySlice<UInt8>) -> [Part] { split(text, at: normalizedTrie) }

  private func split(_ text: ArraySlice<UInt8>, at trie: ByteTrie) -> [Part] {
    if trie.isEmpty { return text.isEmpty ? [] : [Part(token: nil, range: text.indices)] }
    var parts: [Part] = []
    var done = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      guard let match = trie.longestMatch(in: text, at: index) else {
        index += 1
        continue
      }
      var range = index..<match.end
      index = match.end
      guard let token = token(match.value), !token.isSingleWord || !text.touchesWord(range) else { continue }
      if token.stripsLeft {
        let start = max(done, text.startOfSpaces(before: range.lowerBound))
        // White space that the token before has swallowed is no token of its own.
        if start >= range.upperBound { continue }
        range = start..<range.upperBound
      }
      if token.stripsRight { range = range.lowerBound..<text.endOfSpaces(after: range.upperBound) }
      if done < range.lowerBound { parts.append(Part(token: nil, range: done..<range.lowerBound)) }
      parts.append(Part(token: match.value, range: range))
      done = range.upperBound
    }
    if done < text.endIndex { parts.append(Part(token: nil, range: done..<text.endIndex)) }
    return parts
  }
}

extension ArraySlice<UInt8> {
  /// Whether a word character stands directly before or after `range`.
  fileprivate func touchesWord(_ range: Range<Int>) -> Bool {
    withUnsafeBufferPointer { bytes in
      let start = range.lowerBound - startIndex
      let end = range.upperBound - startIndex
      if start > 0, UTF8Scanner.scalar(in: bytes, before: start).0.isWordScalar { return true }
      return end < bytes.count && UTF8Scanner.scalar(in: bytes, at: end).0.isWordScalar
    }
  }
}
