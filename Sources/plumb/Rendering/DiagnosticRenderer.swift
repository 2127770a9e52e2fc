import Diagnostics
import Foundation

/// Turns diagnostics into text for a person, with the line they are about and a mark under the place:
///
///     error[E005]: 'learning_rat' is not known here
///       --> support.yaml:12:5
///        |
///     12 |     learning_rat: 0.001
///        |     ^^^^^^^^^^^^
///     hint: did you mean 'learning_rate'?
struct DiagnosticRenderer {
  /// Columns of a line that are shown; longer ones are cut around the place.
  static let maximumWidth = 120

  let style: Style
  private let sources = SourceLines()

  init(style: Style) { self.style = style }

  func render(_ diagnostic: Diagnostic) -> String {
    let head = "\(diagnostic.severity.rawValue)[\(diagnostic.code)]"
    let coloured = diagnostic.severity == .error ? style.error(head) : style.warning(head)
    var lines = [coloured + style.bold(": \(clean(diagnostic.message))")]
    if let location = diagnostic.location { lines += place(location, diagnostic.severity) }
    if let hint = diagnostic.hint { lines.append(style.cyan("hint") + ": \(clean(hint))") }
    return lines.joined(separator: "\n") + "\n"
  }

  private func place(_ location: SourceLocation, _ severity: Diagnostic.Severity) -> [String] {
    guard let number = location.line else { return [style.blue("  --> ") + clean(location.file)] }
    let gutter = String(number).count
    let margin = String(repeating: " ", count: gutter)
    let bar = style.blue("|")
    var lines = [style.blue("\(margin)--> ") + clean("\(location)")]
    guard let text = text(of: location, number) else { return lines }
    lines.append("\(margin) \(bar)")
    guard let column = location.column else {
      lines.append("\(style.blue(String(number))) \(bar) \(clean(text).truncated(to: Self.maximumWidth))")
      return lines
    }
    let (shown, before, marked) = window(text, column: column, length: location.length)
    let mark = String(repeating: "^", count: max(1, marked))
    lines.append("\(style.blue(String(number))) \(bar) \(shown)")
    let coloured = severity == .error ? style.error(mark) : style.warning(mark)
    lines.append("\(margin) \(bar) \(String(repeating: " ", count: before))\(coloured)")
    return lines
  }

  /// The part of a line around a place, the columns before the place, and the columns of the place itself.
  private func window(_ text: String, column: Int, length: Int) -> (shown: String, before: Int, marked: Int) {
    let characters = Array(clean(text))
    let start = min(max(0, column - 1), characters.count)
    let end = min(characters.count, start + max(1, length))
    var first = 0
    if String(characters).displayWidth > Self.maximumWidth { first = max(0, min(start, end - 40) - 40) }
    let lead = first > 0 ? "…" : ""
    let shown = (lead + String(characters[first...])).truncated(to: Self.maximumWidth)
    let before = (lead + String(characters[first..<start])).displayWidth
    let marked = String(characters[start..<end]).displayWidth
    return (shown, before, min(marked, max(1, Self.maximumWidth - before)))
  }

  /// Tabs as spaces and control characters as pictures, so that columns line up and no text moves the cursor or turns
  /// the direction of writing.
  private func clean(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09: result += " "
      case 0x0A: result += "\n"
      case 0..<0x20: result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
      case 0x7F: result += "␡"
      case 0x80..<0xA0, 0x202A...0x202E, 0x2066...0x2069: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The line: as whoever found the problem saw it, but longer lines, which excerpts cut, as the file has them.
  private func text(of location: SourceLocation, _ number: Int) -> String? {
    guard let excerpt = location.excerpt else { return sources.line(number, of: location.file) }
    guard excerpt.utf8.count >= SourceLines.excerptLimit,
      let line = sources.line(number, of: location.file), line.hasPrefix(excerpt)
    else { return excerpt }
    return line
  }
}
