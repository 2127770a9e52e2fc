import ArgumentParser
import Artifacts
import Foundation
import JSONText
import Lineage

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Copy an artifact out of the store, checked byte by byte.",
    discussion: """
      A model becomes a Hugging Face directory with a model card (README.md): data, configuration, lineage, metrics, \
      samples and hashes. The destination appears whole or not at all; what exists is never replaced.
      """)

  @Argument(help: "An output ('align.model'), a stage with one output, or a prefix of a digest.")
  var id: String

  @Argument(help: "The directory or file to make.", completion: .directory)
  var destination: String

  @Flag(name: .long, help: "Leave out the model card: the directory is exactly the artifact.")
  var noCard = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (reader, layout) = try store.reader()
    let objects = ObjectStore(layout)
    let (found, card) = try reader.read { queries in
      let found = try queries.resolveArtifact(id)
      try queries.refuseCollected(found.artifact, called: id, objects, in: store)
      return (found, noCard ? nil : try ModelCard(found.artifact, label: found.label, queries, objects)?.file)
    }
    let target = target(for: found.artifact, label: found.label)
    try objects.export(found.artifact.object, to: target, adding: card)
    if try objects.files(of: found.artifact.object).contains(where: { $0.name == "adapter_config.json" }) {
      // transformers without peft would read the base alone and say nothing.
      StandardStream.error.writeLine(
        "\(Style(.error).cyan("hint")): this is a base with an adapter, which transformers opens with peft installed; "
          + "a stage of kind merge makes one model of both")
    }
    output.write(
      json: [
        "schema": "plumb.export/1", "digest": .string(found.artifact.digest.text),
        "artifact_type": .string(found.artifact.type), "path": .string(target.path),
        "bytes": .integer(Int(found.artifact.object.size)), "card": JSON(card?.name),
      ],
      text: { _ in target.path + "\n" })
  }

  /// A single file goes into a directory that exists, under the name of its port.
  private func target(for artifact: Artifact, label: String?) -> URL {
    let url = URL(fileURLWithPath: destination)
    var isDirectory: ObjCBool = false
    guard artifact.object.kind == .blob,
      FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory), isDirectory.boolValue
    else { return url }
    let name = label.flatMap { $0.split(separator: ".").last.map(String.init) }
    return url.appendingPathComponent(name ?? artifact.digest.short)
  }
}
