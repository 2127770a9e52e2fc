import Foundation
import JSONText
import Tokenization

/// BPE training by counting every pair anew for every merge, for words of ASCII letters.
enum NaiveTrainer {
  static func merges(of words: [String], count: Int) -> [String] {
    var words = words.map { $0.map(String.init) }
    var merges: [String] = []
    while merges.count < count {
      var counts: [[String]: Int] = [:]
      for word in words {
        for pair in zip(word, word.dropFirst()) { counts[[pair.0, pair.1], default: 0] += 1 }
      }
      let best = counts.max { a, b in
        a.value != b.value ? a.value < b.value : a.key.lexicographicallyPrecedes(b.key)
      }
      guard let pair = best?.key else { break }
      merges.append(pair.joined(separator: " "))
      words = words.map { join($0, pair) }
    }
    return merges
  }

  private static func join(_ word: [String], _ pair: [String]) -> [String] {
    word.reduce(into: [String]()) { result, symbol in
      if result.last == pair[0], symbol == pair[1] {
        result[result.count - 1] = pair.joined()
      } else {
        result.append(symbol)
      }
    }
  }
}

extension Tokenizer {
  /// The merges as tokenizer.json lists them, `a b`.
  func writtenMerges() throws -> [String] {
    try withTemporaryDirectory { directory in
      try write(to: directory)
      let file = try Fixtures.json(directory.appendingPathComponent("tokenizer.json"))
      let merges = file["model"]?["merges"]?.arrayValue ?? []
      return merges.map { $0.arrayValue?.compactMap(\.stringValue).joined(separator: " ") ?? "" }
    }
  }
}
