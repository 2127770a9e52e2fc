import ArgumentParser
import Diagnostics
import Foundation
import JSONText
import Lineage

struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Give an artifact a name, such as 'prod', or move the name to another one.",
    discussion: """
      A tag can be used wherever an artifact is named, keeps the artifact and what it was made from, and has a \
      history: see 'plumb tags NAME'.
      """)

  @Argument(help: "The name: letters, digits, '-', '_' and '/'.")
  var name: String

  @Argument(help: "An output ('align.model'), a source ('sources.demos'), or a prefix of a digest.")
  var artifact: String?

  @Flag(name: .long, help: "Take the name away; its history stays.")
  var delete = false

  @Option(name: .long, help: "Why, to be read in the history.")
  var note = ""

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if delete, artifact != nil { throw ValidationError("--delete takes the name alone") }
    if !delete, artifact == nil { throw ValidationError("name the artifact that '\(name)' is to mean") }
  }

  func run() throws {
    let name = try TagName(name)
    let layout = try store.existingLayout()
    let database = try LineageDatabase(layout)
    let author = ProcessInfo.processInfo.environment["USER"] ?? ""
    let before = try database.read { try $0.tag(name)?.artifact }
    guard let artifact else {
      try database.untag(name, note: note, author: author)
      return write(name, before: before, after: nil, label: nil)
    }
    let found = try database.read { queries in
      guard try !queries.hasStage(name.text) else {
        throw Diagnostic(
          .invalidTag, "a stage is called '\(name)', and names of stages mean their newest output",
          hint: "choose another name for the tag")
      }
      return try queries.resolveArtifact(artifact)
    }
    try database.tag(
      found.artifact, as: name, label: found.label ?? artifact, note: note, author: author)
    write(name, before: before, after: found.artifact, label: found.label ?? artifact)
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
