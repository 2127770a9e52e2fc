import Diagnostics

/// A range of a source text: where it starts and how much of its first line it covers.
struct SourceSpan: Sendable, Hashable {
  /// 1-based.
  var line: Int
  /// 1-based, in Unicode scalars, as libyaml counts.
  var column: Int
  /// In Unicode scalars, at least 1.
  var length: Int
}

/// The text of a manifest, kept to show the lines that diagnostics are about.
struct SourceText: Sendable {
  /// Bytes of a line beyond which it is not searched for every diagnostic: columns are then in scalars, and only its
  /// start goes with the diagnostic. A line may hold as many mistakes as it has characters.
  private static let longLine = 4096
  /// Scalars of a long line that go with a diagnostic.
  private static let excerpt = 400

  /// The file as the user named it.
  let file: String
  private let lines: [Substring.UnicodeScalarView]

  init(file: String, text: String) {
    self.file = file
    self.lines = Self.splitLines(text)
  }

  /// The location of a span for a diagnostic: columns in characters, with the line's text or its start.
  func location(_ span: SourceSpan) -> SourceLocation {
    guard lines.indices.contains(span.line - 1) else { return SourceLocation(file: file, line: span.line) }
    let scalars = lines[span.line - 1]
    guard Substring(scalars).utf8.count <= Self.longLine else {
      return SourceLocation(
        file: file, line: span.line, column: span.column, length: max(1, span.length),
        excerpt: String(Substring(scalars.prefix(Self.excerpt))))
    }
    let before = scalars.prefix(span.column - 1)
    let covered = scalars.dropFirst(span.column - 1).prefix(span.length)
    return SourceLocation(
      file: file, line: span.line, column: Substring(before).count + 1,
      length: max(1, Substring(covered).count), excerpt: String(Substring(scalars)))
  }

  /// The part of a span where `fragment` is written, or the whole span if it cannot be told.
  func narrow(_ span: SourceSpan, to fragment: String) -> SourceSpan {
    guard lines.indices.contains(span.line - 1) else { return span }
    let covered = Array(lines[span.line - 1].dropFirst(span.column - 1).prefix(span.length))
    let wanted = Array(fragment.unicodeScalars)
    guard !wanted.isEmpty, covered.count >= wanted.count else { return span }
    for start in 0...(covered.count - wanted.count)
    where covered[start..<(start + wanted.count)].elementsEqual(wanted) {
      return SourceSpan(line: span.line, column: span.column + start, length: wanted.count)
    }
    return span
  }

  /// Scalars in a line, to underline up to its end.
  func length(ofLine line: Int) -> Int { lines.indices.contains(line - 1) ? lines[line - 1].count : 0 }

  /// Splits at the line breaks that libyaml knows, so that line numbers agree with its marks.
  private static func splitLines(_ text: String) -> [Substring.UnicodeScalarView] {
    let scalars = Substring(text).unicodeScalars
    var lines: [Substring.UnicodeScalarView] = []
    var start = scalars.startIndex
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let scalar = scalars[index]
      var next = scalars.index(after: index)
      switch scalar {
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(scalars[start..<index])
        if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" {
          next = scalars.index(after: next)
        }
        start = next
      default: break
      }
      index = next
    }
    lines.append(scalars[start...])
    return lines
  }
}
