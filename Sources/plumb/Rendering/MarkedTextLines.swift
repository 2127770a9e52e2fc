import Pipeline

/// A decoded text with its marked tokens, in lines of a given width.
///
/// On a terminal marked tokens have a colour behind them, neighbours two different ones, so that every token is seen;
/// elsewhere a run of them stands in « ». Line feeds are shown as ⏎. Long runs are cut in the middle, never at an end,
/// where a wrong mark would show.
struct MarkedTextLines {
  /// Tokens of a run that are shown at either end.
  private static let shownTokens = 40

  let style: Style
  let width: Int

  func lines(of text: MarkedText) -> [String] {
    var lines = [""]
    var used = 0
    func add(_ part: String, width partWidth: Int) {
      if used > 0, used + partWidth > width {
        lines.append("")
        used = 0
      }
      lines[lines.count - 1] += part
      used += partWidth
    }
    for span in text.spans {
      let isMarked = span.first?.isMarked == true
      let cut = span.count - 2 * Self.shownTokens
      if isMarked, !style.isEnabled { add("«", width: 1) }
      for (index, token) in span.enumerated() {
        if cut > Self.shownTokens / 2, index >= Self.shownTokens, index < Self.shownTokens + cut {
          let note = " …\(cut) tokens… "
          if index == Self.shownTokens { add(style.dim(note), width: note.displayWidth) }
          continue
        }
        let shown = Self.visible(token.text)
        add(styled(shown, token, index), width: shown.displayWidth)
      }
      if isMarked, !style.isEnabled { lines[lines.count - 1] += "»" }
    }
    return lines
  }

  private func styled(_ text: String, _ token: MarkedText.Token, _ index: Int) -> String {
    if token.isMarked { return style.marked(text, isSecond: index % 2 == 1) }
    return token.isSpecial ? style.yellow(text) : text
  }

  /// Line feeds and other control characters as pictures.
  private static func visible(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: result += "⏎"
      case 0..<0x20: result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
      case 0x7F: result += "␡"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
