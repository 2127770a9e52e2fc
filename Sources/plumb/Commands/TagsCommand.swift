import ArgumentParser
import Diagnostics
import Foundation
import JSONText
import Lineage

struct TagsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tags", abstract: "List the tags, or the history of one, newest first.",
    discussion: "With --at, what the tag meant then: 'plumb tags prod --at 2026-05-03'.")

  @Argument(help: "The tag whose history to show.")
  var name: String?

  @Option(name: .long, help: ArgumentHelp("A day, or a day and time (local).", valueName: "time"))
  var at: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if at != nil, name == nil { throw ValidationError("--at needs the name of a tag") }
    if let at, LocalTime(at) == nil {
      throw ValidationError("--at must be such as 2026-05-03 or '2026-05-03 14:30', got '\(at)'")
    }
  }

  func run() throws {
    let (reader, _) = try store.reader()
    guard let text = name else {
      let (tags, protections) = try reader.read { (try $0.tags(), try $0.protections()) }
      return write(tags, protections)
    }
    let name = try TagName(text)
    let (records, changes) = try reader.read { queries in
      guard let time = at.flatMap(LocalTime.init)?.end else {
        return (try queries.history(of: name), try queries.protectionHistory(of: name))
      }
      return (try queries.tag(name, at: time).map { [$0] } ?? [], [])
    }
    guard !records.isEmpty || !changes.isEmpty else {
      throw Diagnostic(
        .unknownReference, at.map { "'\(name)' meant nothing on \($0)" } ?? "there is no tag '\(name)'",
        hint: at == nil ? "plumb tags" : "plumb tags \(name)")
    }
    write(records, changes.first.flatMap { $0.isProtected ? [$0] : nil } ?? [], changes: changes)
  }

  /// - Parameter changes: of the protection of the one tag that is shown.
  private func write(_ records: [TagRecord], _ protections: [TagProtection], changes: [TagProtection] = []) {
    output.write(
      json: [
        "schema": "plumb.tags/1", "tags": .array(records.map(\.json)),
        "protected": .array(protections.map(\.json)), "protections": .array(changes.map(\.json)),
      ],
      text: { style in table(records, changes, style) + protections.map { $0.text(style) }.joined() })
  }

  private func table(_ records: [TagRecord], _ changes: [TagProtection], _ style: Style) -> String {
    guard !records.isEmpty || !changes.isEmpty else { return "no tags\n" }
    var table = TextTable([
      ("TAG", .left), ("MEANS", .left), ("TYPE", .left), ("DIGEST", .left), ("SINCE", .left), ("HOW", .left),
      ("BY", .left), ("NOTE", .left),
    ])
    // Both are newest first; what was done to a tag is one story.
    let rows =
      records.map { (time: $0.movedAt, cells: $0.cells(style)) }
      + changes.map { (time: $0.changedAt, cells: $0.cells(style)) }
    for row in changes.isEmpty ? rows : rows.sorted(by: { $0.time > $1.time }) { table.add(row.cells) }
    return table.render(style)
  }
}

extension TagEvidence {
  /// Such as `win_rate > 0.6 (0.72)`.
  fileprivate var text: String {
    figures.map { "\($0.metric) \($0.condition) (\(Figures.metric($0.value)))" }.joined(separator: ", ")
  }
}

extension TagProtection {
  fileprivate func text(_ style: Style) -> String {
    let conditions = requirements.isEmpty ? "" : " that show \(requirements.joined(separator: ", "))"
    return "\(style.bold(name)) is protected: only promotions\(conditions) move it\n"
  }

  fileprivate func cells(_ style: Style) -> [String] {
    [
      style.bold(name), "", "", "", Figures.time(changedAt), isProtected ? "protected" : "unprotected",
      author,
      (requirements + [note]).filter { !$0.isEmpty }.joined(separator: "; "),
    ]
  }

  fileprivate var json: JSON {
    [
      "name": .string(name), "protected": .bool(isProtected),
      "requirements": .array(requirements.map(JSON.string)), "note": .string(note), "author": .string(author),
      "changed_at": .string(Figures.timestamp(changedAt)),
    ]
  }
}

extension TagRecord {
  fileprivate func cells(_ style: Style) -> [String] {
    [
      style.bold(name), artifact == nil ? style.dim("taken away") : label ?? "", artifact?.type ?? "",
      artifact?.digest.short ?? "", Figures.time(movedAt),
      manner == .forced ? style.yellow("forced") : manner.rawValue, author,
      [evidence?.text ?? "", note].filter { !$0.isEmpty }.joined(separator: "; "),
    ]
  }

  fileprivate var json: JSON {
    [
      "name": .string(name), "digest": JSON(artifact?.digest.text), "type": JSON(artifact?.type),
      "label": JSON(label), "note": .string(note), "author": .string(author),
      "moved_at": .string(Figures.timestamp(movedAt)), "manner": .string(manner.rawValue),
      "evidence": evidence?.json ?? .null,
    ]
  }
}
