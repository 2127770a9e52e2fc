import Foundation

extension String {
  /// Without line feeds and control characters.
  var oneLine: String {
    let line = split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ⏎ ")
    return String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
  }

  /// Lines of at most so many columns, broken between words where there are any.
  func wrapped(to width: Int) -> [String] {
    var lines = [""]
    for word in split(separator: " ") {
      var word = String(word)
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = word
      } else if line.displayWidth + 1 + word.displayWidth <= width {
        lines[lines.count - 1] = line + " " + word
      } else {
        lines.append(word)
      }
      while lines[lines.count - 1].displayWidth > width {
        word = lines[lines.count - 1]
        let head = String(word.prefix(width))
        lines[lines.count - 1] = head
        lines.append(String(word.dropFirst(head.count)))
      }
    }
    return lines
  }
}
