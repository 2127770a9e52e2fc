/// Decodes ids one by one; what it gives is always complete UTF-8.
///
/// The pieces joined are what `decode` gives for all ids at once, as long as the ids spell valid UTF-8. Each step
/// decodes a window of the last few ids and gives what it adds to the window before, so decoders that treat the
/// start of a text in a special way see it only once.
public struct StreamingDecoder: Sendable {
  /// After so many ids without complete text the bytes are not UTF-8 and are given as U+FFFD.
  private static let patience = 8

  private let tokenizer: Tokenizer
  private let skipsSpecialTokens: Bool
  private var window: [Int32] = []
  /// How many ids of the window have been given as text.
  private var given = 0

  init(tokenizer: Tokenizer, skipSpecialTokens: Bool) {
    self.tokenizer = tokenizer
    skipsSpecialTokens = skipSpecialTokens
  }

  /// Takes the next id and returns the text it completes; empty while a character is incomplete.
  public mutating func append(_ id: Int32) -> String {
    if skipsSpecialTokens, tokenizer.isSpecial(id) { return "" }
    window.append(id)
    return advance(isFinal: window.count - given >= Self.patience)
  }

  /// Returns what is left of incomplete text.
  public mutating func finish() -> String { advance(isFinal: true) }

  private mutating func advance(isFinal: Bool) -> String {
    let before = tokenizer.decode(Array(window[..<given]))
    var text = tokenizer.decode(window)
    if text.unicodeScalars.last == "\u{FFFD}", !isFinal { return "" }
    if text.utf8.starts(with: before.utf8) {
      if text.utf8.count == before.utf8.count, !isFinal { return "" }
      text = String(decoding: text.utf8.dropFirst(before.utf8.count), as: UTF8.self)
    } else {
      text = tokenizer.decode(Array(window[given...]))
    }
    window.removeFirst(given)
    given = window.count
    return text
  }
}
