/// Decodes ids one by one; what it gives is always complete UTF-8.
///
/// The pieces joined are what `decode` gives for all ids at once; only byte tokens that spell no UTF-8 may differ, by
/// where their U+FFFD stand. Each step decodes a window of the last few ids and gives what it adds to the window
/// before, so decoders that treat the start of a text in a special way see it only once.
public struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let skipsSpecialTokens: Bool
  private var window: [Int32] = []
  /// How many ids of the window have been given as text.
  private var given = 0
  /// The last bytes of tokens that are bytes, to see whether a character is incomplete.
  private var tail: [UInt8] = []

  init(tokenizer: Tokenizer, skipSpecialTokens: Bool) {
    self.tokenizer = tokenizer
    skipsSpecialTokens = skipSpecialTokens
  }

  /// Takes the next id and returns the text it completes; empty while a character is incomplete.
  public mutating func append(_ id: Int32) -> String {
    if skipsSpecialTokens, tokenizer.isSkipped(id) { return "" }
    window.append(id)
    let bytes = tokenizer.piece(id).flatMap { tokenizer.decoder?.rawBytes(of: $0) }
    tail = bytes.map { Array((tail + $0).suffix(3)) } ?? []
    return tail.endsInsideCharacter ? "" : advance()
  }

  /// Returns what is left of incomplete text; decoding may go on after it.
  public mutating func finish() -> String {
    tail = []
    return given < window.count ? advance() : ""
  }

  private mutating func advance() -> String {
    let before = tokenizer.decode(Array(window[..<given]))
    var text = tokenizer.decode(window)
    if text.utf8.starts(with: before.utf8) {
      text = String(decoding: text.utf8.dropFirst(before.utf8.count), as: UTF8.self)
    } else {
      text = tokenizer.decode(Array(window[given...]))
    }
    window.removeFirst(given)
    given = window.count
    return text
  }
}

extension [UInt8] {
  /// Whether the bytes end with a lead byte that lacks some of its continuation bytes.
  fileprivate var endsInsideCharacter: Bool {
    guard let lead = lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return false }
    let length =
      switch self[lead] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    return count - lead < length
  }
}
