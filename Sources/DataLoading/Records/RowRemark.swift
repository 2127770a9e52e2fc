/// What is worth knowing of a row that is used all the same. The raw value is its name in counts.
public enum RowRemark: String, Sendable, Hashable, CaseIterable {
  /// The row had more tokens than allowed and was cut.
  case truncated
  /// The cut took the token that ends the answer: the row does not show where to stop.
  case endLost = "eos_lost"
  /// The answer's first characters and the prompt's last ones became one token: the prompt that a model sees when it
  /// is asked is not the one it was trained on.
  case boundaryMerged = "boundary_merged"
}
