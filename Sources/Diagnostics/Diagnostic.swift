/// One thing that is wrong, said so that its reader can mend it: what, where, and how.
///
/// Every error that a user's input can cause is a `Diagnostic` or a `DiagnosticList`. Libraries throw them;
/// only the command renders them.
public struct Diagnostic: Error, Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable { case error, warning }

  /// Characters of a message or a hint; what is longer quotes somebody's file and is cut in its middle.
  public static let maximumLength = 1000

  /// Stable code that users and scripts may rely on, such as `E014`.
  public var code: DiagnosticCode
  public var severity: Severity
  /// One sentence: what is wrong, with what was found and what was expected.
  public var message: String
  public var location: SourceLocation?
  /// How to mend it; a command that can be run where there is one.
  public var hint: String?

  public init(
    _ code: DiagnosticCode, _ message: String, at location: SourceLocation? = nil, hint: String? = nil,
    severity: Severity = .error
  ) {
    self.code = code
    self.message = message.cut(to: Self.maximumLength)
    self.location = location
    self.hint = hint?.cut(to: Self.maximumLength)
    self.severity = severity
  }
}

extension String {
  /// The text, without its middle if it has more than `count` characters.
  fileprivate func cut(to count: Int) -> String {
    guard utf8.count > count, self.count > count else { return self }
    return "\(prefix(count - count / 4)) … \(suffix(count / 4))"
  }
}

/// Several diagnostics found in one pass; never empty when thrown.
public struct DiagnosticList: Error, Sendable, Hashable {
  public var diagnostics: [Diagnostic]

  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
