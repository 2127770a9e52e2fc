import Artifacts
import Diagnostics
import Foundation
import GRDB
import JSONText

/// Questions to one consistent state of the lineage database; valid only inside the `read` that handed it out.
public struct LineageQueries {
  let db: Database

  package init(db: Database) { self.db = db }
}

extension Row {
  /// JSON text that this program wrote.
  ///
  /// - Throws: `Diagnostic` if the database holds something else.
  func json(_ column: String) throws -> JSON {
    guard let text: String = self[column] else { return .null }
    return try JSON.parse(text, file: "plumb.db")
  }

  /// - Throws: `Diagnostic` if the database holds something else.
  func digest(_ column: String) throws -> Digest {
    let text: String = self[column]
    guard let digest = Digest(text) else {
      throw Diagnostic(.databaseFailure, "the store's database holds '\(text)' where a digest belongs")
    }
    return digest
  }

  func date(_ column: String) -> Date {
    Date(timeIntervalSince1970: Double(self[column] as Int64) / 1000)
  }

  /// The words of a state or kind that this program wrote; a newer schema would have been refused.
  func word<Word: RawRepresentable<String>>(_ column: String, _: Word.Type = Word.self) throws -> Word {
    let text: String = self[column]
    guard let word = Word(rawValue: text) else {
      throw Diagnostic(
        .databaseFailure, "the store's database holds the unknown word '\(text)' in '\(column)'")
    }
    return word
  }

  func artifact() throws -> Artifact {
    Artifact(
      type: self["type"],
      object: ObjectReference(
        digest: try digest("digest"), kind: try word("object_kind"), size: self["size"]))
  }
}
