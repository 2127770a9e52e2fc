import Diagnostics
import Foundation
import JSONText
import Pipeline

/// What a stage's process is asked to do; the content of the file that `plumb stage` is given.
public struct StageRequest: Sendable, Hashable {
  static let schema = "plumb.stage/1"

  public var stage: String
  public var kind: String
  public var kindVersion: Int
  /// Canonical, with every default in place.
  public var configuration: JSON
  public var inputs: [StageInput]
  public var outputDirectory: URL
  public var checkpointDirectory: URL
  /// Where scores of frozen models outlast the stage; nil if they are to be computed.
  public var scoreDirectory: URL?
  public var threads: Int

  public init(
    stage: String, kind: String, kindVersion: Int, configuration: JSON, inputs: [StageInput],
    outputDirectory: URL, checkpointDirectory: URL, scoreDirectory: URL? = nil, threads: Int
  ) {
    self.stage = stage
    self.kind = kind
    self.kindVersion = kindVersion
    self.configuration = configuration
    self.inputs = inputs
    self.outputDirectory = outputDirectory
    self.checkpointDirectory = checkpointDirectory
    self.scoreDirectory = scoreDirectory
    self.threads = threads
  }

  public var json: JSON {
    [
      "schema": .string(Self.schema), "stage": .string(stage), "kind": .string(kind),
      "kind_version": .integer(kindVersion), "configuration": configuration,
      "inputs": .array(
        inputs.map { input in
          [
            "port": .string(input.port), "name": JSON(input.name), "type": .string(input.type.rawValue),
            "digest": .string(input.digest), "path": .string(input.path.path), "label": .string(input.label),
            "original_path": JSON(input.originalPath),
          ]
        }),
      "output_directory": .string(outputDirectory.path),
      "checkpoint_directory": .string(checkpointDirectory.path),
      "score_directory": JSON(scoreDirectory?.path), "threads": .integer(threads),
    ]
  }

  /// Reads a request.
  ///
  /// - Throws: `Diagnostic` if the file cannot be read or is no request of this version.
  public init(contentsOf file: URL) throws {
    guard let data = FileManager.default.contents(atPath: file.path) else {
      throw Diagnostic(.invalidRequest, "cannot read the request '\(file.path)'")
    }
    try self.init(json: try JSON.parse(Array(data), file: file.path))
  }

  public init(json: JSON) throws(Diagnostic) {
    guard json["schema"]?.stringValue == Self.schema, let stage = json["stage"]?.stringValue,
      let kind = json["kind"]?.stringValue, let version = json["kind_version"]?.intValue,
      let configuration = json["configuration"], let inputs = json["inputs"]?.arrayValue,
      let output = json["output_directory"]?.stringValue,
      let checkpoint = json["checkpoint_directory"]?.stringValue, let threads = json["threads"]?.intValue,
      threads > 0
    else {
      throw Diagnostic(
        .invalidRequest, "the request is not of the form \(Self.schema)",
        hint: "'plumb stage' is started by 'plumb run', not by hand")
    }
    self.init(
      stage: stage, kind: kind, kindVersion: version, configuration: configuration, inputs: [],
      outputDirectory: URL(fileURLWithPath: output, isDirectory: true),
      checkpointDirectory: URL(fileURLWithPath: checkpoint, isDirectory: true),
      scoreDirectory: json["score_directory"]?.stringValue.map {
        URL(fileURLWithPath: $0, isDirectory: true)
      },
      threads: threads)
    for input in inputs { self.inputs.append(try Self.input(input)) }
  }

  private static func input(_ json: JSON) throws(Diagnostic) -> StageInput {
    guard let port = json["port"]?.stringValue,
      let type = json["type"]?.stringValue.flatMap(PortType.init(rawValue:)),
      let digest = json["digest"]?.stringValue, let path = json["path"]?.stringValue,
      let label = json["label"]?.stringValue
    else { throw Diagnostic(.invalidRequest, "an input of the request is not complete") }
    return StageInput(
      port: port, name: json["name"]?.stringValue, type: type, digest: digest,
      path: URL(fileURLWithPath: path),
      label: label, originalPath: json["original_path"]?.stringValue)
  }
}
