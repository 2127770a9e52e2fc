extension Schema {
  /// Where an execution went on that `resumed_from` another: the steps that were done before.
  static let version3 = "ALTER TABLE execution ADD COLUMN resumed_step INTEGER;"
}
