extension Tokenizer {
  /// The ids of a text.
  ///
  /// - Parameter addSpecialTokens: whether the post-processor's tokens (such as BOS) go around the text. Special
  ///   tokens spelled in the text itself are always found.
  public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] {
    encoding(of: text, addSpecialTokens: addSpecialTokens, withOffsets: false).ids
  }

  /// The ids of a text, and for each the range of UTF-8 bytes of `text` that it stands for.
  ///
  /// Ranges are in order and cover the text; tokens that stand for nothing of it have empty ranges.
  public func encodeWithOffsets(
    _ text: String, addSpecialTokens: Bool
  ) -> (ids: [Int32], offsets: [Range<Int>]) {
    let encoding = encoding(of: text, addSpecialTokens: addSpecialTokens, withOffsets: true)
    return (encoding.ids, encoding.offsets)
  }

  private func encoding(of text: String, addSpecialTokens: Bool, withOffsets: Bool) -> Encoding {
    let input = Array(text.utf8)
    var encoding = Encoding()
    var encoder = BPEEncoder(model: model)
    if addSpecialTokens {
      encoding.ids = frame.before
      if withOffsets { encoding.offsets = frame.before.map { _ in 0..<0 } }
    }
    for part in added.splitRaw(input[...]) {
      let piece = AlignedText(input: input, range: part.range)
      if let token = part.token {
        encoding.append(token, range: part.range, of: piece, withOffsets)
      } else {
        append(normalizer?.normalize(piece) ?? piece, to: &encoding, &encoder, withOffsets)
      }
    }
    if addSpecialTokens {
      encoding.ids += frame.after
      if withOffsets { encoding.offsets += frame.after.map { _ in input.count..<input.count } }
    }
    return encoding
  }

  private func append(
    _ text: AlignedText, to encoding: inout Encoding, _ encoder: inout BPEEncoder, _ withOffsets: Bool
  ) {
    for part in added.splitNormalized(text.bytes) {
      if let token = part.token {
        encoding.append(token, range: part.range, of: text, withOffsets)
        continue
      }
      let whole = [Word(text: text[part.range])]
      for word in preTokenizer?.split(whole) ?? whole {
        encoder.encode(word) { token in
          let start = word.text.bytes.startIndex
          let range = start + token.range.lowerBound..<start + token.range.upperBound
          encoding.append(token.id, range: range, of: word.text, withOffsets)
        }
      }
    }
  }
}

extension Encoding {
  fileprivate mutating func append(_ id: Int32, range: Range<Int>, of text: AlignedText, _ withOffsets: Bool)
  {
    ids.append(id)
    if withOffsets { offsets.append(text.origin(of: range)) }
  }
}
