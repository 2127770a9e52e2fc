/// What taking in the tags of another store has changed.
public struct TagImport: Sendable, Hashable {
  /// Why a tag was left where it is, although the other store has it elsewhere.
  public enum Reason: String, Sendable, Hashable {
    /// It is protected, and was neither promoted nor forced there.
    case protected
    /// The name means something else, such as a stage.
    case taken
    /// It was moved here after it was moved there.
    case newer
    /// What it means there has not come.
    case absent
  }

  /// Names of tags that moved.
  public var moved: [String] = []
  /// Names of tags that were taken away.
  public var deleted: [String] = []
  /// Tags that were kept where they are, by name.
  public var kept: [String: Reason] = [:]

  public init() {}
}
