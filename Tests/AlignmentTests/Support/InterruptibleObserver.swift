import Alignment
import Foundation

/// Keeps checkpoints in memory and every figure it hears, and ends the training at a chosen safe point.
final class InterruptibleObserver: TrainingObserver {
  struct Interruption: Error {}

  /// A figure to the bit, NaN included.
  struct Point: Hashable {
    var step: Int
    var name: String
    var bits: UInt64
  }

  private final class Storage: CheckpointStorage {
    var checkpoint: Data?
    func load() -> Data? { checkpoint }
    func save(_ write: (CheckpointCoder.Sink) throws -> Void) throws {
      var data = Data()
      try write { data.append(contentsOf: $0) }
      checkpoint = data
    }
    func clear() { checkpoint = nil }
  }

  /// The safe point, from 0, that ends the training; nil for none.
  var end: Int?
  private(set) var safePoints = 0
  private(set) var points: [Point] = []
  private(set) var warnings: [String] = []
  /// Where the training went on, each time that it did.
  private(set) var resumptions: [Int] = []
  private let storage = Storage()

  init(end: Int? = nil) { self.end = end }

  var checkpoint: Data? {
    get { storage.checkpoint }
    set { storage.checkpoint = newValue }
  }
  var checkpoints: (any CheckpointStorage)? { storage }

  /// Forgets what it heard, as a process that died does; the checkpoint stays.
  func begin(end: Int?) {
    (self.end, safePoints, points) = (end, 0, [])
  }

  func stepped(_ step: Int, of total: Int, _ metrics: [Metric]) { hear(metrics, step) }
  func evaluated(_ step: Int, _ metrics: [Metric]) { hear(metrics, step) }
  func warned(_ message: String) { warnings.append(message) }

  func resumed(after step: Int, of total: Int, _ history: MetricHistory) {
    resumptions.append(step)
    for (step, metric) in history.points { hear([metric], step) }
  }

  func checkCancellation() throws {
    safePoints += 1
    if let end, safePoints > end { throw Interruption() }
  }

  private func hear(_ metrics: [Metric], _ step: Int) {
    points += metrics.map { Point(step: step, name: $0.name, bits: $0.value.bitPattern) }
  }
}
