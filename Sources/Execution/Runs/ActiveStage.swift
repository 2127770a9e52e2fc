import Artifacts
import Foundation
import JSONText
import Lineage
import Pipeline

/// Content that an input can be: a frozen source, or an output that is in the store.
struct Content: Sendable {
  var object: ObjectReference
  /// The execution that made it; nil for a source.
  var producer: ExecutionID?
  /// The file as the user knows it; nil for an output.
  var originalPath: String?
  /// What the file or directory is called where a stage reads it; a source keeps its name, which tells its format.
  var fileName: String
}

/// A stage that runs now.
struct ActiveStage {
  let node: StageNode
  let key: CacheKey
  let execution: ExecutionID
  /// Held until the result is recorded.
  let lock: FileLock
  /// Goes with this value.
  let work: ScratchDirectory
  let checkpoints: URL
  /// How many it computes with.
  let threads: Int
  let estimate: ResourceEstimate?
  let start = ContinuousClock.now
  /// What the system counted when it began.
  let memoryKills = MachineResources.memoryKills
  let reason: String
  /// The newest attempt at the key that did not end well; its checkpoint may be there.
  let unfinished: ExecutionID?
  /// Whether a stored result exists whose bytes are lost.
  let replacesStored: Bool
  var running: (any RunningStage)?
  /// What its process used; nil as long as it runs.
  var usage: StageUsage?
  /// Whether it was asked to stop because its time is up.
  var isTimedOut = false
  var progress: StageProgress?
  /// What of it was written down.
  var writtenProgress: StageProgress?
  /// What the stage goes on from, where it did not start from its beginning.
  var resumedFrom: StageProgress?
  /// What its checkpoint is after.
  var saved: StageProgress?
  var unwritten: [MetricPoint] = []
  /// The last point of each series, in the order in which the series began.
  private(set) var metrics: [StageReport.Metric] = []
  private var places: [String: Int] = [:]
  /// What the stage told about its outputs, by port.
  var facts: [String: JSON] = [:]

  init(
    node: StageNode, key: CacheKey, execution: ExecutionID, lock: FileLock, work: ScratchDirectory,
    checkpoints: URL, reason: String, unfinished: ExecutionID?, replacesStored: Bool, threads: Int,
    estimate: ResourceEstimate?
  ) {
    self.node = node
    self.key = key
    self.execution = execution
    self.lock = lock
    self.work = work
    self.checkpoints = checkpoints
    self.reason = reason
    self.unfinished = unfinished
    self.replacesStored = replacesStored
    self.threads = threads
    self.estimate = estimate
  }

  var outputs: URL { work.url.appendingPathComponent("outputs", isDirectory: true) }
  var seconds: Double { start.duration(to: .now).inSeconds }

  /// For the record.
  var recordedUsage: ExecutionUsage {
    ExecutionUsage(peakMemory: usage?.peakMemory, processorSeconds: usage?.processorSeconds)
  }

  mutating func record(_ point: MetricPoint) {
    unwritten.append(point)
    if let place = places[point.name] {
      metrics[place].value = point.value
    } else {
      places[point.name] = metrics.count
      metrics.append(StageReport.Metric(name: point.name, value: point.value))
    }
  }
}
