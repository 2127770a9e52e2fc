import ArgumentParser
import JSONText
import Lineage

struct StorePinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "Keep an artifact from garbage collection until it is unpinned.")

  @Argument(help: "An output ('sft.model'), a source ('sources.demos'), or a prefix of a digest.")
  var artifact: String

  @Option(name: .long, help: "Why, to be read later.")
  var note = ""

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let database = try LineageDatabase(store.existingLayout())
    let found = try database.read { try $0.resolveArtifact(artifact) }
    try database.pin(found.artifact, label: found.label ?? artifact, note: note)
    output.write(
      json: ["schema": "plumb.pin/1", "digest": .string(found.artifact.digest.text), "pinned": true],
      text: { _ in "pinned \(found.label ?? found.artifact.type) \(found.artifact.digest.short)\n" })
  }
}

struct StoreUnpinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpin", abstract: "Leave an artifact to garbage collection again.")

  @Argument(help: "The artifact, as it was named when it was pinned, or a prefix of its digest.")
  var artifact: String

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let database = try LineageDatabase(store.existingLayout())
    let found = try database.read { try $0.resolveArtifact(artifact) }
    let wasPinned = try database.unpin(found.artifact)
    output.write(
      json: ["schema": "plumb.pin/1", "digest": .string(found.artifact.digest.text), "pinned": false],
      text: { _ in
        "\(found.label ?? found.artifact.type) \(found.artifact.digest.short) "
          + (wasPinned ? "is no longer pinned\n" : "was not pinned\n")
      })
  }
}
