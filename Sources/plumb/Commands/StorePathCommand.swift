import ArgumentParser
import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage

struct StorePathCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Print where the files of an artifact lie in the store, to be read only.",
    discussion: """
      A directory has a line for each file: its path, a tab, and its name in the directory. Use 'plumb export' \
      for a directory of its own.
      """)

  @Argument(help: "An output ('sft.model'), a source ('sources.demos'), or a prefix of a digest.")
  var id: String

  @Option(name: .long, help: "Only this file of a directory.")
  var file: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (reader, layout) = try store.reader()
    let objects = ObjectStore(layout)
    let found = try reader.read { queries in
      let found = try queries.resolveArtifact(id)
      try queries.refuseCollected(found.artifact, called: id, objects, in: store)
      return found
    }
    var files = try objects.files(of: found.artifact.object)
    if let file {
      files.removeAll { $0.name != file }
      guard !files.isEmpty else {
        let names = try objects.files(of: found.artifact.object).map(\.name)
        throw Diagnostic(
          .unknownReference, "'\(id)' has no file '\(file)'",
          hint: nearestName(to: file, among: names).map { "did you mean '\($0)'?" }
            ?? "it has \(names.joined(separator: ", "))")
      }
    }
    for entry in files where !objects.has(entry.object.digest) {
      throw Diagnostic(
        .objectMissing, "the store does not hold the object \(entry.object.digest)",
        hint: "plumb store verify")
    }
    let isList = files.count > 1 || (file == nil && found.artifact.object.kind == .tree)
    output.write(
      json: [
        "schema": "plumb.path/1", "digest": .string(found.artifact.digest.text),
        "files": .array(
          files.map { ["name": .string($0.name), "path": .string(objects.url(of: $0.object.digest).path)] }),
      ],
      text: { _ in
        files.map { objects.url(of: $0.object.digest).path + (isList ? "\t\($0.name)\n" : "\n") }.joined()
      })
  }
}
