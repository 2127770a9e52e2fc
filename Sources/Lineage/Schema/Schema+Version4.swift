extension Schema {
  /// How tags were moved, and tags that only a promotion moves.
  ///
  /// `tag_protection` only grows: the newest row of a name says whether it is protected and what a promotion must
  /// show.
  static let version4 = """
    ALTER TABLE tag ADD COLUMN manner TEXT NOT NULL DEFAULT 'moved'
      CHECK (manner IN ('moved', 'promoted', 'forced'));
    ALTER TABLE tag ADD COLUMN evidence TEXT;

    CREATE TABLE tag_protection (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      protected INTEGER NOT NULL CHECK (protected IN (0, 1)),
      requirements TEXT NOT NULL,
      note TEXT NOT NULL DEFAULT '',
      author TEXT NOT NULL DEFAULT '',
      changed_at INTEGER NOT NULL
    );
    CREATE INDEX tag_protection_name ON tag_protection(name, sequence);

    CREATE TRIGGER tag_protection_is_append_only BEFORE UPDATE ON tag_protection
      BEGIN SELECT RAISE(ABORT, 'the history of a tag does not change'); END;
    CREATE TRIGGER tag_protection_is_kept BEFORE DELETE ON tag_protection
      BEGIN SELECT RAISE(ABORT, 'the history of a tag does not change'); END;
    """
}
