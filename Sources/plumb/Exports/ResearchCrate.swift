import Artifacts
import Foundation
import JSONText
import Lineage

/// A record as an RO-Crate 1.1: a directory with the content, the manifests, and a description of how each came to be.
///
/// Follows the profiles Process Run Crate 0.5, Workflow Run Crate 0.5 and Workflow RO-Crate 1.0
/// (https://www.researchobject.org/ro-crate/specification/1.1, https://w3id.org/ro/wfrun): manifests are
/// workflows; runs and executions are actions whose instruments are the manifest and the kind of the stage.
struct ResearchCrate {
  static let metadataName = "ro-crate-metadata.json"

  let record: LineageRecord
  let contents: CrateContents
  let workflows: CrateWorkflows
  /// What the crate is about, in words.
  private let title: String
  /// A URL or a text; nil if the user said nothing.
  private let license: String?

  init(_ record: LineageRecord, title: String, license: String?, objects: ObjectStore?) {
    self.record = record
    self.title = title
    self.license = license
    contents = CrateContents(record.graph, objects: objects)
    workflows = CrateWorkflows(record.runs)
  }

  /// The bytes of `ro-crate-metadata.json`.
  var metadata: String {
    let document: JSON = [
      // Version 1.1 of the context is older than schema.org's term for a file's digest.
      "@context": [
        "https://w3id.org/ro/crate/1.1/context",
        ["sha256": "https://w3id.org/ro/terms/workflow-run#sha256"] as JSON,
      ],
      "@graph": .array(entities.map(\.json)),
    ]
    return document.pretty + "\n"
  }

  private var entities: [CrateEntity] {
    let actions = runActions + executionActions
    return [descriptor, root(mentioning: actions.map(\.action.id))] + profiles + licenseEntity
      + workflowEntities
      + contents.items.flatMap { entities(for: $0) } + actions.flatMap { [$0.action] + $0.values }
      + instruments
  }

  // MARK: The crate

  private var descriptor: CrateEntity {
    var entity = CrateEntity(Self.metadataName, "CreativeWork")
    entity.add("about", to: ["./"])
    entity.add("conformsTo", to: ["https://w3id.org/ro/crate/1.1", Self.workflowProfile])
    return entity
  }

  private func root(mentioning actions: [String]) -> CrateEntity {
    let newest = record.runs.last?.summary
    var entity = CrateEntity("./", "Dataset")
    entity.add("name", title)
    entity.add(
      "description",
      "What \(title) was made from and how: data, manifests, stages with their configuration and metrics.")
    entity.add("datePublished", newest.map { Self.time($0.finishedAt ?? $0.startedAt) })
    entity.add("license", to: license.flatMap(Self.url).map { [$0] } ?? [])
    if license.flatMap(Self.url) == nil { entity.add("license", license ?? "No licence was stated.") }
    entity.add("conformsTo", to: Self.profileNames.map(\.id))
    entity.add("mainEntity", to: workflows.main.map { [$0.id] } ?? [])
    entity.add("hasPart", to: workflows.all.map(\.id) + contents.items.map(\.id))
    entity.add("mentions", to: actions)
    return entity
  }

  private static let workflowProfile = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
  private static let profileNames = [
    (id: "https://w3id.org/ro/wfrun/process/0.5", name: "Process Run Crate", version: "0.5"),
    (id: "https://w3id.org/ro/wfrun/workflow/0.5", name: "Workflow Run Crate", version: "0.5"),
    (id: workflowProfile, name: "Workflow RO-Crate", version: "1.0"),
  ]

  private var profiles: [CrateEntity] {
    Self.profileNames.map { profile in
      CrateEntity(
        profile.id, "CreativeWork",
        properties: [.init("name", .string(profile.name)), .init("version", .string(profile.version))])
    }
  }

  private var licenseEntity: [CrateEntity] {
    license.flatMap(Self.url).map { url in
      [
        CrateEntity(
          url, "CreativeWork", properties: [.init("name", .string(url)), .init("identifier", .string(url))])
      ]
    } ?? []
  }

  private static func url(_ text: String) -> String? {
    text.hasPrefix("https://") || text.hasPrefix("http://") ? text : nil
  }

  // MARK: Content

  /// The entity of an artifact, and of a directory's files.
  private func entities(for content: CrateContent) -> [CrateEntity] {
    let object = content.artifact.object
    var entity = CrateEntity(content.id, object.kind == .tree ? "Dataset" : "File")
    entity.add("name", content.names.joined(separator: ", "))
    entity.add("description", description(of: content))
    entity.add("additionalType", "urn:plumbline:type:\(content.artifact.type)")
    entity.add("identifier", "sha256:\(object.digest.text)")
    describe(object, path: content.path ?? content.sourcePath, in: &entity)
    entity.add("exampleOfWork", to: workflows.parameters(for: content))
    let files = object.kind == .tree && content.path != nil ? content.files : []
    entity.add("hasPart", to: files.map { content.id + $0.name.percentEncoded })
    return [entity]
      + files.map { name, object in
        var file = CrateEntity(content.id + name.percentEncoded, "File")
        file.add("name", name)
        describe(object, path: name, in: &file)
        return file
      }
  }

  private func description(of content: CrateContent) -> String {
    let kind = "\(content.artifact.type) of \(Figures.bytes(content.artifact.object.size))"
    let origin = content.sourcePath.map { "\(kind), read from \($0)" } ?? kind
    return content.path == nil ? "\(origin); not part of this crate" : origin
  }

  private func describe(_ object: ObjectReference, path: String?, in entity: inout CrateEntity) {
    entity.add("contentSize", String(object.size))
    guard object.kind == .blob else { return }
    entity.add("sha256", object.digest.text)
    entity.add("encodingFormat", path.flatMap(MediaType.init(path:))?.name)
  }
}
