/// Pieces of Markdown in which nothing a user typed can break out of its place.
enum Markdown {
  /// A table with a head; without rows, nothing.
  static func table(_ head: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let lines = [head, head.map { _ in "---" }] + rows
    return lines.map { "| " + $0.map(cell).joined(separator: " | ") + " |\n" }.joined() + "\n"
  }

  /// Text as code in a line; backticks in it are kept by a longer fence (CommonMark 0.31, 6.1).
  static func code(_ text: String) -> String {
    let line = text.replacing(/\s+/, with: " ")
    let fence = String(repeating: "`", count: longestRun(of: "`", in: line) + 1)
    let gap = line.hasPrefix("`") || line.hasSuffix("`") ? " " : ""
    return fence + gap + line + gap + fence
  }

  /// Text as a block of code, whatever it holds.
  static func block(_ text: String, language: String = "") -> String {
    let clean = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
            ? "\u{FFFD}" : scalar
        }))
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: clean) + 1))
    return "\(fence)\(language)\n\(clean)\(clean.hasSuffix("\n") ? "" : "\n")\(fence)\n\n"
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing(/\s+/, with: " ")
  }

  private static func longestRun(of character: Character, in text: String) -> Int {
    text.split { $0 != character }.map(\.count).max() ?? 0
  }
}
