import ArgumentParser
import Diagnostics
import Foundation
import JSONText
import Lineage
import Pipeline

struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Give an artifact a name, such as 'prod', or move the name to another one.",
    discussion: """
      'plumb tag align.model prod': a tag can be used wherever an artifact is named, keeps the artifact and what it \
      was made from, and has a history: see 'plumb tags NAME'. A protected tag is moved by 'plumb promote' only.
      """)

  @Argument(
    help: ArgumentHelp(
      "An output ('align.model'), a source ('sources.demos'), or a prefix of a digest; and the tag.",
      discussion: "The tag alone for --delete, --protect and --unprotect: letters, digits, '-', '_' and '/'.",
      valueName: "artifact> <tag"))
  var words: [String]

  @Flag(name: .long, help: "Take the name away; its history stays.")
  var delete = false

  @Flag(name: .long, help: "Let only promotions move the tag, which need not mean anything yet.")
  var protect = false

  @Flag(name: .long, help: "Let the tag be moved freely again.")
  var unprotect = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --protect: what every promotion must show, such as 'win_rate_vs_sft > 0.6'; may be repeated.",
      valueName: "condition"))
  var require: [String] = []

  @Flag(name: .long, help: "Move or delete the tag even if it is protected.")
  var force = false

  @Option(name: .long, help: "Why, to be read in the history.")
  var note = ""

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  /// Who is written down as having moved a tag.
  static var author: String { ProcessInfo.processInfo.environment["USER"] ?? "" }

  private var takesNameAlone: Bool { delete || protect || unprotect }

  func validate() throws {
    if [delete, protect, unprotect].count(where: { $0 }) > 1 {
      throw ValidationError("--delete, --protect and --unprotect exclude each other")
    }
    if takesNameAlone, words.count != 1 {
      throw ValidationError("--delete, --protect and --unprotect take the name of the tag alone")
    }
    if !takesNameAlone, words.count != 2 {
      throw ValidationError("name an artifact and the tag that is to mean it: plumb tag ARTIFACT TAG")
    }
    if !require.isEmpty, !protect { throw ValidationError("--require needs --protect") }
    if force, protect || unprotect { throw ValidationError("--force is for moving or deleting a tag") }
  }

  func run() throws {
    let (artifact, name) = try meaning()
    let database = try LineageDatabase(store.existingLayout())
    if protect || unprotect { return try change(name, database) }
    let before = try database.read { try $0.tag(name)?.artifact }
    guard let artifact else {
      try database.untag(name, note: note, author: Self.author, manner: force ? .forced : .moved)
      return write(name, before: before, after: nil, label: nil)
    }
    let found = try database.read { queries in
      try queries.refuseNameOfStage(name)
      return try queries.resolveArtifact(artifact)
    }
    try database.tag(
      found.artifact, as: name, label: found.label ?? artifact, note: note, author: Self.author,
      manner: force ? .forced : .moved)
    write(name, before: before, after: found.artifact, label: found.label ?? artifact)
  }

  /// The artifact and the tag. Where only one word can be a tag, the order does not matter.
  private func meaning() throws -> (artifact: String?, name: TagName) {
    guard words.count == 2 else { return (nil, try TagName(words[0])) }
    do { return (words[0], try TagName(words[1])) } catch let problem as Diagnostic {
      guard let name = try? TagName(words[0]) else { throw problem }
      return (words[1], name)
    }
  }

  private func change(_ name: TagName, _ database: LineageDatabase) throws {
    let requirements = try require.map { try Requirement(parsing: $0).description }
    if protect {
      try database.read { try $0.refuseNameOfStage(name) }
      try database.protect(name, requirements: requirements, note: note, author: Self.author)
    } else {
      try database.unprotect(name, note: note, author: Self.author)
    }
    output.write(
      json: [
        "schema": "plumb.protection/1", "name": .string(name.text), "protected": .bool(protect),
        "requirements": .array(requirements.map(JSON.string)),
      ],
      text: { style in
        let what = protect ? "protected: only promotions move it" : "no longer protected"
        return "\(style.bold(name.text)) is \(what)\n"
          + requirements.map { "  each must show \($0)\n" }.joined()
      })
  }

  private func write(_ name: TagName, before: Artifact?, after: Artifact?, label: String?) {
    output.write(
      json: [
        "schema": "plumb.tag/1", "name": .string(name.text), "old": JSON(before?.digest.text),
        "new": JSON(after?.digest.text), "label": JSON(label),
      ],
      text: { style in
        let was = before.map { style.dim(" (was \($0.digest.short))") } ?? ""
        guard let after else { return "\(style.bold(name.text)) taken away\(was)\n" }
        if before == after { return "\(style.bold(name.text)) means \(after.digest.short) already\n" }
        return
          "\(style.bold(name.text)) → \(label.map { "\($0) " } ?? "")\(after.type) \(after.digest.short)\(was)\n"
      })
  }
}

extension LineageQueries {
  /// - Throws: `Diagnostic` if a stage has the name of a tag: names of stages mean their newest output.
  func refuseNameOfStage(_ name: TagName) throws {
    guard try !hasStage(name.text) else {
      throw Diagnostic(
        .invalidTag, "a stage is called '\(name)', and names of stages mean their newest output",
        hint: "choose another name for the tag")
    }
  }
}
