extension Schema {
  /// When garbage collection took the bytes of an object, in milliseconds since 1970.
  ///
  /// Null for an object that is there, that an earlier version collected, or whose bytes never came with a run that
  /// was pulled.
  static let version6 = """
    ALTER TABLE object ADD COLUMN deleted_at INTEGER;
    """
}
