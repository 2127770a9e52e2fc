/// Rows that count as one sequence of a batch; each keeps positions and attention of its own.
public struct SequencePack: Sendable, Hashable {
  public var rows: [TokenizedSequence]

  public init(_ rows: [TokenizedSequence]) { self.rows = rows }

  public var tokenCount: Int { rows.reduce(0) { $0 + $1.ids.count } }
}

/// How rows are put into packs; names are TRL's.
public enum PackingStrategy: String, Sendable, Hashable, CaseIterable {
  /// Best fit, longest first; a row longer than a pack is cut off.
  case bestFit = "bfd"
  /// Best fit, longest first; a row longer than a pack becomes several.
  case bestFitSplit = "bfd_split"
  /// Rows end to end in their order, cut wherever a pack is full.
  case wrapped

  /// Whether rows longer than a pack lose no token.
  public var splitsRows: Bool { self != .bestFit }
}
