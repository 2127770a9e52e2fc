/// Which parts of a demonstration are used and trained; the defaults are TRL's.
public struct DemonstrationOptions: Sendable, Hashable {
  /// Of conversations, only what the assistant says with the tokens that end its turns (`assistant_only_loss`).
  public var assistantOnly: Bool
  /// Whether of prompt and completion only the completion is trained (`completion_only_loss`); nil trains it alone
  /// where a row has one, and refuses nothing.
  public var completionOnly: Bool?
  /// Whether rows may be longer than the maximum, because packing will split them.
  public var keepsLongRows: Bool

  public init(assistantOnly: Bool = false, completionOnly: Bool? = nil, keepsLongRows: Bool = false) {
    self.assistantOnly = assistantOnly
    self.completionOnly = completionOnly
    self.keepsLongRows = keepsLongRows
  }
}
