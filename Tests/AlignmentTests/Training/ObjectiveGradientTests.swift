import Alignment
import Compute
import LanguageModels
import TestSupport
import Testing

@Suite struct ObjectiveGradientTests {
  private func gradient(_ kind: TrainingKind, microBatchSize: Int, threads: Int = 2) throws -> (
    loss: Double, metrics: [Metric], gradient: [Float]
  ) {
    let model = try kind.loadModel()
    let objective = try kind.makeObjective(model, Workspace(threads: threads))
    model.parameters.prepareForTraining()
    let metrics = try objective.accumulate(Array(0..<8), microBatchSize: microBatchSize, statistics: true)
    return (metrics[0].value, metrics, model.parameters.gradients?.copy() ?? [])
  }

  /// Moves the weights along the gradient; the loss must move by the gradient's length.
  @Test(.tags(.gradient), arguments: TrainingKind.differentiable)
  func `The gradient of a batch is the slope of its loss`(kind: TrainingKind) throws {
    let model = try kind.loadModel()
    let objective = try kind.makeObjective(model, Workspace(threads: 2))
    let check = try GradientCheck(model) {
      try objective.accumulate(Array(0..<8), microBatchSize: 8, statistics: false)[0].value
    }
    #expect(relativeDifference(check.slope, check.norm) < 2e-3, "\(check.slope) for \(check.norm)")
  }

  @Test(arguments: TrainingKind.allCases, [1, 2, 4])
  func `The size of a micro-batch changes results by rounding only`(kind: TrainingKind, size: Int) throws {
    let whole = try gradient(kind, microBatchSize: 8)
    let cut = try gradient(kind, microBatchSize: size)
    let difference = zip(whole.gradient, cut.gradient).reduce(0.0) { $0 + pow2(Double($1.0) - Double($1.1)) }
    let norm = whole.gradient.reduce(0.0) { $0 + pow2(Double($1)) }
    #expect((difference / norm).squareRoot() < 1e-6)
    for (one, other) in zip(whole.metrics, cut.metrics) {
      #expect(one.name == other.name)
      #expect(relativeDifference(one.value, other.value) < 1e-5, "\(one.name)")
    }
  }

  @Test(.tags(.determinism), arguments: TrainingKind.allCases)
  func `Any number of threads gives the same bits`(kind: TrainingKind) throws {
    let one = try gradient(kind, microBatchSize: 4, threads: 1)
    for threads in [2, 3] {
      let other = try gradient(kind, microBatchSize: 4, threads: threads)
      #expect(other.gradient == one.gradient && other.metrics == one.metrics)
    }
  }

  private func pow2(_ x: Double) -> Double { x * x }
}
