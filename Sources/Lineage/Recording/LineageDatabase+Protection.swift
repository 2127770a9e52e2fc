import Diagnostics
import Foundation
import GRDB
import JSONText

/// A tag that only a promotion moves.
public struct TagProtection: Sendable, Hashable {
  public var name: String
  /// Conditions on metrics that every promotion must meet, such as `win_rate_vs_sft > 0.6`.
  public var requirements: [String]
  public var note: String
  public var author: String
  public var changedAt: Date
}

extension LineageDatabase {
  /// Protects a tag, whether or not it means something yet, or changes what a promotion must show.
  public func protect(_ name: TagName, requirements: [String], note: String = "", author: String = "") throws
  {
    try record(name, isProtected: true, requirements, note, author)
  }

  /// Lets a tag be moved freely again; what it was protected by stays in its history.
  public func unprotect(_ name: TagName, note: String = "", author: String = "") throws {
    try record(name, isProtected: false, [], note, author)
  }

  private func record(
    _ name: TagName, isProtected: Bool, _ requirements: [String], _ note: String, _ author: String
  ) throws {
    try write { db in
      try db.run(
        """
        INSERT INTO tag_protection (name, protected, requirements, note, author, changed_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          name.text, isProtected, JSON.array(requirements.map(JSON.string)).compact, note, author,
          currentMilliseconds(),
        ])
    }
  }
}

extension LineageQueries {
  /// How a tag is protected; nil if it is not.
  public func protection(of name: TagName) throws -> TagProtection? {
    let row = try db.row(
      "SELECT * FROM tag_protection WHERE name = ? ORDER BY sequence DESC LIMIT 1", [name.text])
    return try row.flatMap { try TagProtection($0) }
  }

  /// How a tag may be moved: force is none where nothing forbids it.
  func permitted(_ manner: TagManner, of name: TagName) throws -> TagManner {
    let isProtected = try protection(of: name) != nil
    if manner == .moved, isProtected { throw Diagnostic.protectedTag(name) }
    return manner == .forced && !isProtected ? .moved : manner
  }

  /// The tags that are protected now, by name.
  public func protections() throws -> [TagProtection] {
    try db.rows(
      """
      SELECT * FROM tag_protection WHERE sequence IN (SELECT max(sequence) FROM tag_protection GROUP BY name)
      ORDER BY name
      """
    ).compactMap { try TagProtection($0) }
  }
}

extension TagProtection {
  /// nil for a row that takes protection away.
  fileprivate init?(_ row: Row) throws {
    guard row["protected"] else { return nil }
    let requirements = try row.json("requirements").arrayValue ?? []
    self.init(
      name: row["name"], requirements: requirements.compactMap(\.stringValue), note: row["note"],
      author: row["author"], changedAt: row.date("changed_at"))
  }
}

extension Diagnostic {
  static func protectedTag(_ name: TagName) -> Diagnostic {
    Diagnostic(
      .protectedTag, "the tag '\(name)' is protected: a promotion moves it",
      hint: "plumb promote MODEL \(name); --force moves it all the same, which its history will say")
  }
}
