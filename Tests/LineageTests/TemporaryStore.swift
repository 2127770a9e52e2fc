import Artifacts
import Foundation
import JSONText
import Lineage

/// A store for one test, removed with everything in it at the end.
final class TemporaryStore: Sendable {
  let layout: StoreLayout

  init() throws {
    let name = "plumb-lineage-\(UUID().uuidString)"
    layout = StoreLayout(root: FileManager.default.temporaryDirectory.appendingPathComponent(name))
    try layout.create()
  }

  deinit { try? FileManager.default.removeItem(at: layout.root) }

  func database() throws -> LineageDatabase { try LineageDatabase(layout) }

  /// Every file below the store with its bytes and time of modification.
  func state() throws -> [String: String] {
    var result: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: layout.root.path) + ["."] {
      let path = layout.root.appendingPathComponent(name).path
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      let bytes = (FileManager.default.contents(atPath: path) ?? Data()).map { $0 }
      result[name] = "\(attributes[.modificationDate] ?? "") \(Digest(hashing: bytes))"
    }
    return result
  }
}

extension Artifact {
  /// An artifact of a type with the given text for content; its bytes are in no store.
  init(_ type: String, _ content: String) {
    self.init(
      type: type,
      object: ObjectReference(digest: Digest(hashing: content), kind: .blob, size: Int64(content.utf8.count)))
  }
}

extension LineageDatabase {
  func begin(_ pipeline: String = "support", stages: [String]) throws -> ActiveRun {
    try begin(
      RunDescription(
        pipeline: pipeline, manifestPath: "support.yaml", manifestText: "name: \(pipeline)\n",
        parameters: ["seed": 7], choices: ["align": "ppo"], targets: ["align"],
        environment: ["processor": "test"],
        stages: stages.map { StagePlanRecord(name: $0, kind: $0, decision: "run", reason: "never ran") }))
  }

  /// Runs a stage whose output's content is `output`; its key is made of its configuration and inputs.
  @discardableResult
  func execute(
    _ stage: String, in run: ActiveRun, configuration: JSON = .object([]), inputs: [InputRecord] = [],
    output: String, metrics: [MetricPoint] = []
  ) throws -> ExecutionID {
    let execution = try start(
      ExecutionStart(
        stage: stage, kind: stage, kindVersion: 1, key: key(stage, configuration, inputs),
        configuration: configuration, inputs: inputs),
      in: run)
    try succeed(
      execution, outputs: [OutputRecord(port: "model", artifact: Artifact("model", output))], seconds: 1.5,
      metrics: metrics)
    return execution
  }

  func key(_ stage: String, _ configuration: JSON = .object([]), _ inputs: [InputRecord] = []) -> CacheKey {
    let head = [
      KeyComponent("kind", .text(stage)), KeyComponent("configuration", .text(configuration.compact)),
    ]
    return CacheKey(head + inputs.map { KeyComponent("inputs.\($0.port)", .digest($0.artifact.digest)) })
  }
}
