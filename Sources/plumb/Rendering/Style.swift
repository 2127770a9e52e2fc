/// Colour and weight of text on a terminal; leaves text as it is where colour is not wanted.
struct Style: Sendable {
  var isEnabled: Bool

  static let plain = Style(isEnabled: false)

  init(isEnabled: Bool) { self.isEnabled = isEnabled }
  init(_ stream: StandardStream) { isEnabled = stream.allowsColor }

  func bold(_ text: String) -> String { apply("1", text) }
  func dim(_ text: String) -> String { apply("2", text) }
  func red(_ text: String) -> String { apply("31", text) }
  func green(_ text: String) -> String { apply("32", text) }
  func yellow(_ text: String) -> String { apply("33", text) }
  func blue(_ text: String) -> String { apply("34", text) }
  func cyan(_ text: String) -> String { apply("36", text) }
  /// A marked token, dark on green; every second one on a lighter green, so that neighbours are told apart.
  func marked(_ text: String, isSecond: Bool) -> String { apply(isSecond ? "30;102" : "30;42", text) }
  func error(_ text: String) -> String { apply("1;31", text) }
  func warning(_ text: String) -> String { apply("1;33", text) }

  /// A state in the colour of what it means.
  func state(_ word: String) -> String {
    switch word {
    case "succeeded", "intact": green(word)
    case "cached": dim(word)
    case "running", "run", "maybe": cyan(word)
    case "failed", "blocked": red(word)
    case "interrupted", "skipped", "pending", "not run": yellow(word)
    default: word
    }
  }

  /// Select Graphic Rendition (ECMA-48, 8.3.117).
  private func apply(_ code: String, _ text: String) -> String {
    isEnabled && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
