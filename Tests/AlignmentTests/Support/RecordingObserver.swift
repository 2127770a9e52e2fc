import Alignment

/// Keeps what it hears, and ends the training before a chosen step.
final class RecordingObserver: TrainingObserver {
  struct Stopped: Error {}

  private(set) var steps: [(step: Int, total: Int, metrics: [Metric])] = []
  private(set) var evaluations: [(step: Int, metrics: [Metric])] = []
  private(set) var warnings: [String] = []
  private let stopsAfter: Int

  init(stopsAfter: Int = .max) { self.stopsAfter = stopsAfter }

  func stepped(_ step: Int, of total: Int, _ metrics: [Metric]) { steps.append((step, total, metrics)) }
  func evaluated(_ step: Int, _ metrics: [Metric]) { evaluations.append((step, metrics)) }
  func warned(_ message: String) { warnings.append(message) }
  func checkCancellation() throws { if steps.count >= stopsAfter { throw Stopped() } }
}

extension [Metric] {
  subscript(name: String) -> Double? { first { $0.name == name }?.value }
}
