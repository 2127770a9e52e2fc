import Foundation
import JSONText
import Synchronization

/// An artifact or source that a stage reads.
public struct StageInput: Sendable, Hashable {
  public var port: String
  /// The user's name for it on a port with named inputs.
  public var name: String?
  public var type: PortType
  /// Content digest, 64 hexadecimal digits.
  public var digest: String
  /// A file or directory that must only be read.
  public var path: URL
  /// What the user calls it in the manifest (`sources.demos`, `sft.model`), for messages.
  public var label: String
  /// The file as the user knows it, for messages about rows; nil for artifacts.
  public var originalPath: String?

  public init(
    port: String, name: String? = nil, type: PortType, digest: String, path: URL, label: String,
    originalPath: String? = nil
  ) {
    self.port = port
    self.name = name
    self.type = type
    self.digest = digest
    self.path = path
    self.label = label
    self.originalPath = originalPath
  }

  /// The name that errors about its content use: the user's own path where there is one.
  public var displayName: String { originalPath ?? label }
}

/// Everything a running stage may touch.
public struct StageContext: Sendable {
  public let stage: String
  /// In the order of the manifest.
  public let inputs: [StageInput]
  /// Empty at the start; outputs are written as its children, named by port.
  public let outputDirectory: URL
  /// Survives a kill; a later attempt at the same cache key finds what the last one left.
  public let checkpointDirectory: URL
  /// Where scores that frozen models gave rows outlast the stage; nil if they do not.
  public let scoreDirectory: URL?
  /// How many threads to compute with; never changes a result.
  public let threads: Int
  public let events: any StageEventSink
  public let cancellation: StageCancellation

  public init(
    stage: String, inputs: [StageInput], outputDirectory: URL, checkpointDirectory: URL,
    scoreDirectory: URL? = nil, threads: Int, events: any StageEventSink, cancellation: StageCancellation
  ) {
    self.stage = stage
    self.inputs = inputs
    self.outputDirectory = outputDirectory
    self.checkpointDirectory = checkpointDirectory
    self.scoreDirectory = scoreDirectory
    self.threads = threads
    self.events = events
    self.cancellation = cancellation
  }

  /// The inputs of a port, in order; empty for an optional port that is not connected.
  public func inputs(_ port: String) -> [StageInput] { inputs.filter { $0.port == port } }

  /// The input of a port that takes one; nil for an optional port that is not connected.
  public func input(_ port: String) -> StageInput? { inputs.first { $0.port == port } }

  /// Where to write the output of a port: a file or directory that does not exist yet.
  public func output(_ port: String) -> URL { outputDirectory.appendingPathComponent(port) }
}

/// Takes what a running stage has to tell.
public protocol StageEventSink: Sendable {
  /// How far the stage is, such as step 30 of 600.
  func progress(_ progress: StageProgress)
  /// The stage goes on from a checkpoint that an earlier attempt left.
  ///
  /// - Parameter progress: how far that attempt had come.
  func resumed(_ progress: StageProgress)
  /// The stage has a checkpoint from which another attempt can go on.
  func saved(_ progress: StageProgress)
  /// One point of a series; the last point of each name is the stage's metric.
  func metric(_ name: String, step: Int, value: Double)
  func log(_ level: StageLogLevel, _ message: String)
  /// Facts to keep with an output artifact, such as counts of dropped rows.
  func describe(port: String, _ facts: JSON)
}

public struct StageProgress: Sendable, Hashable {
  public var done: Int
  public var total: Int
  /// What is counted, such as `steps` or `prompts`.
  public var unit: String
  /// Figures worth showing beside the bar, such as `loss 2.31`.
  public var note: String

  public init(done: Int, total: Int, unit: String, note: String = "") {
    self.done = done
    self.total = total
    self.unit = unit
    self.note = note
  }
}

public enum StageLogLevel: String, Sendable, Hashable { case debug, info, warning, error }

/// A flag that asks a stage to stop at the next safe point; set by a signal.
public final class StageCancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  public init() {}

  public var isRequested: Bool { flag.load(ordering: .relaxed) }
  public func request() { flag.store(true, ordering: .relaxed) }

  /// - Throws: `StageCancelled` once cancellation was requested.
  public func check() throws { if isRequested { throw StageCancelled() } }
}

/// The stage stopped because it was asked to.
public struct StageCancelled: Error, Sendable {
  public init() {}
}
