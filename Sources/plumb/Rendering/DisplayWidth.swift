extension StringProtocol {
  /// Columns that the text takes on a terminal: wide East Asian characters and emoji count twice, marks that
  /// combine and colour escapes not at all.
  var displayWidth: Int {
    var width = 0
    var inEscape = false
    for character in self {
      if inEscape {
        inEscape = character != "m"
      } else if character == "\u{1B}" {
        inEscape = true
      } else {
        width += character.displayWidth
      }
    }
    return width
  }

  /// The text with spaces behind it, up to `width` columns.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - displayWidth))
  }

  /// The text with spaces before it, up to `width` columns.
  func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - displayWidth)) + self
  }

  /// The text cut to `width` columns, with an ellipsis where something is missing.
  func truncated(to width: Int) -> String {
    guard displayWidth > width else { return String(self) }
    var result = ""
    var used = 0
    for character in self {
      let next = used + character.displayWidth
      if next > width - 1 { break }
      result.append(character)
      used = next
    }
    return result + "…"
  }
}

extension Character {
  var displayWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    if first.isASCII { return first.value < 0x20 || first.value == 0x7F ? 0 : 1 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    let isEmoji = first.properties.isEmojiPresentation || unicodeScalars.contains("\u{FE0F}")
    return isEmoji || Character.wideRanges.contains { $0.contains(first.value) } ? 2 : 1
  }

  /// Blocks whose characters are wide or full-width (Unicode Standard Annex #11).
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
