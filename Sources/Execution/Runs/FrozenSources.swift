import Artifacts
import Diagnostics
import Foundation
import Lineage
import Pipeline

/// The sources of a run as they were when it began: whatever is edited later, these bytes are used.
struct FrozenSources {
  var contents: [InputBinding.Origin: Content] = [:]
  var records: [SourceRecord] = []

  /// Brings the sources into the store, reading only those that are not known to be there.
  ///
  /// - Throws: `Diagnostic` if a source cannot be read or changes meanwhile.
  static func freeze(_ sources: [SourceNode], database: LineageDatabase, objects: ObjectStore) throws
    -> FrozenSources
  {
    let cache = try database.read { try $0.statCache() }
    let digester = ContentDigester(cache: cache)
    var frozen = FrozenSources()
    for source in sources {
      do {
        var object = try digester.reference(to: source.path)
        if !objects.isComplete(object) { object = try objects.put(source.path, links: .follow) }
        frozen.contents[.source(source.name)] = Content(
          object: object, producer: nil, originalPath: source.displayPath,
          fileName: source.path.lastPathComponent)
        frozen.records.append(
          SourceRecord(
            name: source.name, path: source.displayPath,
            artifact: Artifact(type: source.type.rawValue, object: object)))
      } catch var error as Diagnostic {
        if error.location == nil { error.location = source.location }
        throw error
      }
    }
    try database.save(cache)
    return frozen
  }
}
