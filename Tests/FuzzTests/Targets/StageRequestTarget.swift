import Diagnostics
import Execution
import Foundation
import JSONText
import Pipeline
import Stages
import TestSupport

/// What `plumb stage` is asked to do, to the point where the stage would read its inputs.
struct StageRequestTarget: FuzzTarget {
  static let name = "stage-request"

  private let mutation: JSONMutation

  init(folder: URL) throws {
    let digest = String(repeating: "ab", count: 32)
    let originals = StageRegistry.builtIn.kinds.map { kind in
      StageRequest(
        stage: "stage", kind: kind.name, kindVersion: kind.version, configuration: Self.defaults(of: kind),
        inputs: kind.inputs.map { port in
          StageInput(
            port: port.name, name: nil, type: port.accepts.first ?? .model, digest: digest,
            path: folder.appendingPathComponent("nothing"), label: "sources.x", originalPath: "x")
        }, outputDirectory: folder.appendingPathComponent("out"),
        checkpointDirectory: folder.appendingPathComponent("checkpoints"),
        scoreDirectory: folder.appendingPathComponent("scores"), threads: 1
      ).json
    }
    mutation = JSONMutation(originals)
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    FuzzInput(path: "request.json", bytes: mutation.make(&random))
  }

  func read(_ file: URL) throws {
    let request = try StageRequest(contentsOf: file)
    guard let kind = StageRegistry.builtIn[request.kind] else { return }
    let context = StageContext(
      stage: request.stage, inputs: request.inputs, outputDirectory: request.outputDirectory,
      checkpointDirectory: request.checkpointDirectory, threads: 1, events: Silence(), cancellation: .init())
    try kind.run(canonical: request.configuration, in: context)
  }

  private static func defaults(of kind: any StageKind.Type) -> JSON {
    .object(kind.describedFields.map { JSON.Member($0.name, $0.defaultValue) })
  }

  /// Hears nothing.
  private struct Silence: StageEventSink {
    func progress(_ progress: StageProgress) {}
    func resumed(_ progress: StageProgress) {}
    func saved(_ progress: StageProgress) {}
    func metric(_ name: String, step: Int, value: Double) {}
    func log(_ level: StageLogLevel, _ message: String) {}
    func describe(port: String, _ facts: JSON) {}
  }
}
