extension Schema {
  /// Names that people give to artifacts, and artifacts that must stay.
  ///
  /// `tag` only grows: each row is a move of a name, the newest of a name says where it points, and a row without an
  /// artifact takes the name away.
  static let version2 = """
    CREATE TABLE tag (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      artifact INTEGER REFERENCES artifact(id),
      label TEXT,
      note TEXT NOT NULL DEFAULT '',
      author TEXT NOT NULL DEFAULT '',
      moved_at INTEGER NOT NULL
    );
    CREATE INDEX tag_name ON tag(name, sequence);
    CREATE INDEX tag_artifact ON tag(artifact);

    CREATE TRIGGER tag_is_append_only BEFORE UPDATE ON tag
      BEGIN SELECT RAISE(ABORT, 'the history of a tag does not change'); END;
    CREATE TRIGGER tag_is_kept BEFORE DELETE ON tag
      BEGIN SELECT RAISE(ABORT, 'the history of a tag does not change'); END;

    CREATE TABLE pin (
      artifact INTEGER NOT NULL PRIMARY KEY REFERENCES artifact(id),
      label TEXT,
      note TEXT NOT NULL DEFAULT '',
      pinned_at INTEGER NOT NULL
    );
    """
}
