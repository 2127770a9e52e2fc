import Artifacts
import Foundation
import JSONText

extension ResearchCrate {
  /// Writes the crate as a directory that appears whole or not at all; every byte is checked against its name.
  ///
  /// - Throws: `Diagnostic` if the place is taken, content is damaged or the disk fails.
  func write(to url: URL, objects: ObjectStore) throws {
    try publishDirectory(at: url) { directory in
      for workflow in workflows.all {
        try writeNewFile(workflow.run.manifestText, to: directory.appendingPathComponent(workflow.path))
      }
      for content in contents.items {
        guard let path = content.path else { continue }
        try objects.export(content.artifact.object, to: directory.appendingPathComponent(path))
      }
      try writeNewFile(metadata, to: directory.appendingPathComponent(Self.metadataName))
    }
  }

  /// Schema `plumb.ro-crate/1`: what a crate at a place holds, and what it only names.
  func summary(at url: URL) -> JSON {
    let held = contents.items.filter { $0.path != nil }
    return [
      "schema": "plumb.ro-crate/1", "path": .string(url.path),
      "artifacts": .integer(held.count),
      "bytes": .integer(Int(held.reduce(0) { $0 + $1.artifact.object.size })),
      "left_out": .array(
        contents.items.filter { $0.path == nil }.map { content in
          [
            "digest": .string(content.artifact.digest.text),
            "names": .array(content.names.map(JSON.string)),
          ]
        }),
    ]
  }
}
