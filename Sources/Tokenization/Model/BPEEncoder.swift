/// Encodes the words of one text; keeps its buffers and the words it has seen between words.
struct BPEEncoder {
  /// Words remembered per text, and the longest word worth remembering.
  private static let cacheCapacity = 1 << 15
  private static let longestCachedWord = 64

  private let model: BPEModel
  private var merger = SymbolMerger()
  private var cache: [ArraySlice<UInt8>: [Token]] = [:]

  /// A token of a word with its bytes, counted from the start of the word.
  struct Token {
    var id: Int32
    var range: Range<Int>
  }

  init(model: BPEModel) { self.model = model }

  /// Calls `emit` with every token of `word`, in order.
  mutating func encode(_ word: Word, emit: (Token) -> Void) {
    let bytes = word.text.bytes
    if bytes.isEmpty { return }
    if model.ignoresMerges, let id = wholeWord(word) { return emit(Token(id: id, range: 0..<bytes.count)) }
    let isCached = word.isByteLevel && bytes.count <= Self.longestCachedWord
    if isCached, let tokens = cache[bytes] {
      for token in tokens { emit(token) }
      return
    }

    merger.reset()
    if word.isByteLevel { addBytes(bytes) } else { addScalars(bytes) }
    merger.mergeAll(with: model.merges)
    guard isCached else { return merger.visit(emit) }
    var tokens: [Token] = []
    merger.visit { tokens.append($0) }
    if cache.count < Self.cacheCapacity { cache[bytes] = tokens }
    for token in tokens { emit(token) }
  }

  private func wholeWord(_ word: Word) -> Int32? {
    let text =
      word.isByteLevel
      ? ByteAlphabet.text(of: word.text.bytes) : String(decoding: word.text.bytes, as: UTF8.self)
    return model.vocabulary.id(of: text)
  }

  private mutating func addBytes(_ bytes: ArraySlice<UInt8>) {
    var pending = PendingUnknown()
    for byte in bytes {
      let id = model.byteSymbols[Int(byte)]
      if id >= 0 {
        pending.flush(into: &merger)
        merger.append(id, length: 1)
      } else {
        addUnknown(Array(String(ByteAlphabet.scalars[Int(byte)]).utf8)[...], length: 1, &pending)
      }
    }
    pending.flush(into: &merger)
  }

  private mutating func addScalars(_ bytes: ArraySlice<UInt8>) {
    var pending = PendingUnknown()
    var start = bytes.startIndex
    while start < bytes.endIndex {
      var end = start + 1
      while end < bytes.endIndex, bytes[end] & 0xC0 == 0x80 { end += 1 }
      if let id = model.vocabulary.id(of: String(decoding: bytes[start..<end], as: UTF8.self)) {
        pending.flush(into: &merger)
        merger.append(id, length: end - start)
      } else {
        addUnknown(bytes[start..<end], length: end - start, &pending)
      }
      start = end
    }
    pending.flush(into: &merger)
  }

  /// Spells a character that is no token by byte tokens, or else as unknown. `length` is what it covers of the word.
  private mutating func addUnknown(
    _ spelling: ArraySlice<UInt8>, length: Int, _ pending: inout PendingUnknown
  ) {
    if model.fallsBackToBytes, spelling.allSatisfy({ model.fallbackSymbols[Int($0)] >= 0 }) {
      // As the reference does, without letting go of an unknown character that is still pending.
      var left = length
      for byte in spelling {
        merger.append(model.fallbackSymbols[Int(byte)], length: min(1, left))
        left -= min(1, left)
      }
    } else if let unknown = model.unknown {
      if !model.fusesUnknown { pending.flush(into: &merger) }
      pending.add(unknown, length: length)
    } else {
      merger.skip(length)
    }
  }
}

/// An unknown character that the next one may still join.
private struct PendingUnknown {
  private var id: Int32 = 0
  private var length = 0

  mutating func add(_ id: Int32, length: Int) {
    self.id = id
    self.length += length
  }

  mutating func flush(into merger: inout SymbolMerger) {
    if length > 0 { merger.append(id, length: length) }
    length = 0
  }
}
