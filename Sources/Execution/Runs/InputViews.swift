import Artifacts
import Foundation
import Pipeline

/// Inputs under paths, without a copy and without a look at their bytes: links to what the store has.
///
/// Good enough to estimate by; a stage reads inputs that were checked.
final class InputViews {
  /// Where the content of an input lies.
  enum Place {
    /// A file or directory of the user.
    case file(URL, Digest)
    /// An object of the store, and what it is called where a stage reads it.
    case object(ObjectReference, name: String)
  }

  private let objects: ObjectStore
  private let parent: URL
  private var directory: ScratchDirectory?
  private var paths: [Digest: URL] = [:]

  /// - Parameter parent: where a directory of links is made when the first is needed.
  init(_ objects: ObjectStore, in parent: URL) {
    self.objects = objects
    self.parent = parent
  }

  /// What a stage needs, judging by the inputs that are there; nil if nothing can be said.
  func estimate(_ node: StageNode, at place: (InputBinding.Origin) -> Place?) -> ResourceEstimate? {
    node.estimate(
      node.inputs.compactMap { binding in
        guard let place = place(binding.origin), let (path, digest) = try? resolve(place) else { return nil }
        return StageInput(
          port: binding.port, name: binding.name, type: binding.type, digest: digest.text, path: path,
          label: binding.label)
      })
  }

  private func resolve(_ place: Place) throws -> (URL, Digest) {
    switch place {
    case .file(let url, let digest): return (url, digest)
    case .object(let object, let name):
      if let path = paths[object.digest] { return (path, object.digest) }
      let directory = try directory ?? ScratchDirectory(in: parent, name: "views")
      self.directory = directory
      let path = directory.url.appendingPathComponent("\(paths.count)/\(name)")
      try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try link(object, at: path)
      paths[object.digest] = path
      return (path, object.digest)
    }
  }

  private func link(_ object: ObjectReference, at path: URL) throws {
    guard object.kind == .tree else {
      return try FileManager.default.createSymbolicLink(
        at: path, withDestinationURL: objects.url(of: object.digest))
    }
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: false)
    for entry in try objects.listing(object.digest).entries {
      try link(entry.object, at: path.appendingPathComponent(entry.name))
    }
  }
}

extension StorePlan {
  /// Says of every stage to run what it needs, as far as its inputs are there. Nothing of the store is touched.
  public mutating func estimateResources(layout: StoreLayout) {
    let objects = ObjectStore(layout)
    let views = InputViews(objects, in: FileManager.default.temporaryDirectory)
    let outputs = Dictionary(plan.stages.map { ($0.node.name, $0.outputs) }) { first, _ in first }
    let sources = Dictionary(plan.graph.sources.map { ($0.name, $0.path) }) { first, _ in first }
    for index in plan.stages.indices where [.run, .maybe].contains(plan.stages[index].decision) {
      plan.stages[index].resources = views.estimate(plan.stages[index].node) { origin in
        switch origin {
        case .source(let name):
          guard let path = sources[name], let digest = plan.sourceDigests[name] else { return nil }
          return .file(path, digest)
        case .stage(let name, let port):
          return outputs[name]?[port].flatMap { try? objects.reference(to: $0) }.map {
            .object($0, name: port)
          }
        }
      }
    }
  }
}
