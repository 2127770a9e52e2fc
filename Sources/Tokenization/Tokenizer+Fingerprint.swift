import JSONText

extension Tokenizer {
  /// A digest of everything that decides ids: vocabulary, merges, added tokens, normalizer, pre-tokenizer and
  /// post-processor. Tokenizers with equal fingerprints give every text the same ids.
  public var fingerprint: String {
    var digest = Fingerprint()
    for key in ["normalizer", "pre_tokenizer"] { digest.add((definition[key] ?? .null).compact) }
    for id in 0..<vocabularySize {
      guard let piece = piece(Int32(id)) else { continue }
      digest.add(id)
      digest.add(piece)
    }
    digest.add("merges")
    for pair in model.merges.pairs {
      digest.add(Int(pair.left))
      digest.add(Int(pair.right))
    }
    digest.add("model")
    digest.add(Int(model.unknown ?? -1))
    for flag in [model.fusesUnknown, model.fallsBackToBytes, model.ignoresMerges] { digest.add(flag ? 1 : 0) }
    for token in added.tokens {
      digest.add(Int(token.id))
      for flag in [
        token.isSpecial, token.isSingleWord, token.stripsLeft, token.stripsRight, token.isNormalized,
      ] {
        digest.add(flag ? 1 : 0)
      }
    }
    digest.add("frame")
    for ids in [frame.before, frame.after] {
      digest.add(ids.count)
      for id in ids { digest.add(Int(id)) }
    }
    return digest.text
  }
}

/// 128 bits of FNV-1a in two lanes: tells tokenizers apart, but guards against no one.
private struct Fingerprint {
  private var first: UInt64 = 0xCBF2_9CE4_8422_2325
  private var second: UInt64 = 0x9AE1_6A3B_2F90_404F

  mutating func add(_ text: String) {
    add(text.utf8.count)
    for byte in text.utf8 { add(byte) }
  }

  mutating func add(_ number: Int) {
    withUnsafeBytes(of: Int64(number).littleEndian) { for byte in $0 { add(byte) } }
  }

  private mutating func add(_ byte: UInt8) {
    first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
    second = (second ^ UInt64(byte)) &* 0x100_0000_01B3
    second ^= second >> 29
  }

  var text: String { [first, second].map { String(UInt64.max / 16 + 1 | $0 >> 4, radix: 16) }.joined() }
}
