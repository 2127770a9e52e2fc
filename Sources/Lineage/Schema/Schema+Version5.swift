extension Schema {
  /// What executions used of the machine, measured when their process ended, and what was expected.
  ///
  /// Memory in bytes, processor time in seconds; null where nothing was measured.
  static let version5 = """
    ALTER TABLE execution ADD COLUMN threads INTEGER;
    ALTER TABLE execution ADD COLUMN estimated_memory INTEGER;
    ALTER TABLE execution ADD COLUMN peak_memory INTEGER;
    ALTER TABLE execution ADD COLUMN processor_seconds REAL;
    """
}
