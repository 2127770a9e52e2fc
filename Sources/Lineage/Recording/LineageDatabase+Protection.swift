import Diagnostics
import Foundation
import GRDB
import JSONText

extension LineageDatabase {
  /// Protects a tag, whether or not it means something yet, or changes what a promotion must show.
  ///
  /// - Parameter requirements: of every promotion from now on; nil keeps those that the tag has.
  /// - Returns: the protection before and now.
  /// - Throws: `Diagnostic` if the name means something else.
  @discardableResult
  public func protect(
    _ name: TagName, requirements: [String]? = nil, note: String = "", author: String = ""
  ) throws -> (before: TagProtection?, now: TagProtection) {
    try write { db in
      let queries = LineageQueries(db: db)
      try queries.checkFree(name)
      let before = try queries.protection(of: name)
      let now = TagProtection(
        name: name.text, isProtected: true, requirements: requirements ?? before?.requirements ?? [],
        note: note, author: author, changedAt: Date())
      try db.record(now)
      return (before, now)
    }
  }

  /// Lets a tag be moved freely again; what it was protected by stays in its history.
  ///
  /// - Throws: `Diagnostic` if it is not protected.
  public func unprotect(_ name: TagName, note: String = "", author: String = "") throws {
    try write { db in
      guard try LineageQueries(db: db).protection(of: name) != nil else {
        throw Diagnostic(.unknownReference, "the tag '\(name)' is not protected", hint: "plumb tags")
      }
      try db.record(
        TagProtection(
          name: name.text, isProtected: false, requirements: [], note: note, author: author, changedAt: Date()
        ))
    }
  }
}

extension Database {
  fileprivate func record(_ change: TagProtection) throws {
    try run(
      """
      INSERT INTO tag_protection (name, protected, requirements, note, author, changed_at)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        change.name, change.isProtected, JSON.array(change.requirements.map(JSON.string)).compact,
        change.note,
        change.author, Int64(change.changedAt.timeIntervalSince1970 * 1000),
      ])
  }
}

extension LineageQueries {
  /// How a tag is protected; nil if it is not.
  public func protection(of name: TagName) throws -> TagProtection? {
    try protectionHistory(of: name).first.flatMap { $0.isProtected ? $0 : nil }
  }

  /// Every change of a tag's protection, newest first.
  public func protectionHistory(of name: TagName) throws -> [TagProtection] {
    try db.rows("SELECT * FROM tag_protection WHERE name = ? ORDER BY sequence DESC", [name.text])
      .map { try TagProtection($0) }
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
        AND protected ORDER BY name
      """
    ).map { try TagProtection($0) }
  }
}

extension TagProtection {
  fileprivate init(_ row: Row) throws {
    let requirements = try row.json("requirements").arrayValue ?? []
    self.init(
      name: row["name"], isProtected: row["protected"], requirements: requirements.compactMap(\.stringValue),
      note: row["note"], author: row["author"], changedAt: row.date("changed_at"))
  }
}

extension Diagnostic {
  static func protectedTag(_ name: TagName) -> Diagnostic {
    Diagnostic(
      .protectedTag, "the tag '\(name)' is protected: a promotion moves it",
      hint: "plumb promote MODEL \(name); --force moves it all the same, which its history will say")
  }
}
