import Artifacts
import GRDB

extension LineageDatabase {
  /// Notes that objects are no longer promised; their rows stay, so that lineage goes on naming them.
  public func markDeleted(_ digests: some Sequence<Digest>) throws {
    try write { db in
      for digest in digests {
        try db.run(
          "UPDATE object SET state = 'deleted', deleted_at = ? WHERE digest = ?",
          [currentMilliseconds(), digest.text])
      }
    }
  }

  /// Notes that objects are there again.
  public func markPresent(_ digests: some Sequence<Digest>) throws {
    try write { db in
      for digest in digests {
        try db.run("UPDATE object SET state = 'present', deleted_at = NULL WHERE digest = ?", [digest.text])
      }
    }
  }
}
