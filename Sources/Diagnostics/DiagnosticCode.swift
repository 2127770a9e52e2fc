/// A stable code of a diagnostic. E0xx manifest, E1xx data, E2xx models and tokenizers, E3xx store,
/// E4xx execution, E5xx training, E9xx the command itself.
///
/// The codes are listed in extensions, each beside the module that raises them; a code's meaning never changes.
public struct DiagnosticCode: Sendable, Hashable, CustomStringConvertible {
  public let rawValue: String
  /// One line for the list of codes: the rule that was broken.
  public let title: String

  public init(_ rawValue: String, _ title: String) {
    self.rawValue = rawValue
    self.title = title
  }

  public var description: String { rawValue }

  /// A code that was read, such as another machine's, is the same whatever title it came with.
  public static func == (left: DiagnosticCode, right: DiagnosticCode) -> Bool {
    left.rawValue == right.rawValue
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension DiagnosticCode {
  public static let invalidJSON = DiagnosticCode("E101", "text is not valid JSON")
  public static let unreadableFile = DiagnosticCode("E102", "a file cannot be read")
}
