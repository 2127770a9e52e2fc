/// The tokens of one row and which of them the loss is taken on.
public struct TokenizedSequence: Sendable, Hashable {
  public var ids: [Int32]
  /// Where the answer starts; 0 where the row has no prompt.
  public var completionStart: Int
  /// Per token: whether it is a target of the loss. The first token never is one in effect, having nothing before it.
  public var trained: [Bool]
  /// 1-based line of the row.
  public var line: Int

  public init(ids: [Int32], completionStart: Int, trained: [Bool], line: Int) {
    precondition(ids.count == trained.count, "\(ids.count) ids with \(trained.count) marks")
    self.ids = ids
    self.completionStart = completionStart
    self.trained = trained
    self.line = line
  }

  /// A sequence trained from `completionStart` on.
  public init(ids: [Int32], completionStart: Int, line: Int) {
    self.init(
      ids: ids, completionStart: completionStart, trained: ids.indices.map { $0 >= completionStart },
      line: line)
  }

  /// Tokens that carry loss: trained ones with a token before them.
  public var trainedCount: Int { trained.dropFirst().count { $0 } }

  /// The sequence cut to its first `length` tokens.
  public func truncated(to length: Int) -> TokenizedSequence {
    ids.count > length ? piece(0..<length) : self
  }

  /// Some consecutive tokens of the sequence as one of their own.
  func piece(_ range: Range<Int>) -> TokenizedSequence {
    TokenizedSequence(
      ids: Array(ids[range]),
      completionStart: min(max(completionStart - range.lowerBound, 0), range.count),
      trained: Array(trained[range]), line: line)
  }
}
