/// A place in a file that a user wrote or named.
public struct SourceLocation: Sendable, Hashable {
  public var file: String
  /// 1-based; nil when the whole file is meant.
  public var line: Int?
  /// 1-based, in characters.
  public var column: Int?
  /// Characters to underline from `column`; at least 1.
  public var length: Int
  /// The text of the line, where whoever found the problem had it at hand.
  public var excerpt: String?

  public init(
    file: String, line: Int? = nil, column: Int? = nil, length: Int = 1, excerpt: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.length = length
    self.excerpt = excerpt
  }
}

extension SourceLocation: CustomStringConvertible {
  /// `file:line:column`, as editors and terminals link it.
  public var description: String {
    [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
  }
}
