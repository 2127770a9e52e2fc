import Alignment
import Compute
import Diagnostics
import LanguageModels
import TestSupport
import Testing

@Suite struct BestModelTests {
  /// Measures what it is told to; the weights decay, so that they differ after every step.
  private final class ScriptedObjective: TrainingObjective {
    let exampleCount = 4
    private let model: LanguageModel
    private let series: [[Metric]]
    /// The weights at each validation.
    private(set) var weights: [[Float]] = []

    init(_ model: LanguageModel, _ series: [[Metric]]) {
      self.model = model
      self.series = series
    }

    func accumulate(_ examples: [Int], microBatchSize: Int, statistics: Bool) -> [Metric] {
      [Metric("loss", 1)]
    }

    func tokenCount(of examples: [Int]) -> Int { examples.count }

    func evaluate() -> [Metric] {
      weights.append(model.parameters.values.copy())
      return series[min(weights.count, series.count) - 1]
    }
  }

  private struct Outcome {
    var figures: [Metric]
    var evaluations: [(step: Int, metrics: [Metric])]
    /// Which validation's weights the model is left with, counted from 0.
    var kept: Int?
  }

  private func train(
    losses: [Double], accuracies: [Double] = [], steps: Int? = nil,
    _ change: (inout BestModelOptions) -> Void = { _ in }
  ) throws -> Outcome {
    let model = try TrainingKind.loadModel(.vocabulary)
    let objective = ScriptedObjective(
      model,
      losses.indices.map { index in
        [Metric("loss", losses[index])]
          + (accuracies.isEmpty ? [] : [Metric("accuracy", accuracies[index])])
      })
    var options = TrainingOptions(learningRate: 0.1)
    options.batchSize = 4
    options.maximumSteps = steps ?? 2 * losses.count
    options.evaluationSteps = 2
    options.weightDecay = 0.1
    options.schedule = .constant
    options.best.isKept = true
    change(&options.best)
    let observer = RecordingObserver()
    let figures = try Trainer(
      options, model: model, workspace: Workspace(threads: 1), observer: observer
    ).run(objective)
    return Outcome(
      figures: figures, evaluations: observer.evaluations,
      kept: objective.weights.firstIndex(of: model.parameters.values.copy()))
  }

  @Test func `The model ends with the weights of its best validation, and says which`() throws {
    let outcome = try train(losses: [3, 1, 2, 1.5])
    #expect(outcome.kept == 1)
    #expect(outcome.figures == [Metric("eval_loss", 1)])
    #expect(outcome.evaluations.map(\.step) == [2, 4, 6, 8, 8])
    #expect(outcome.evaluations.last?.metrics == [Metric("best_step", 4), Metric("best_eval_loss", 1)])
  }

  @Test func `Without the option the model ends with its last weights`() throws {
    let outcome = try train(losses: [3, 1, 2]) { $0.isKept = false }
    #expect(outcome.kept == 2 && outcome.figures == [Metric("eval_loss", 2)])
    #expect(outcome.evaluations.map(\.step) == [2, 4, 6])
  }

  @Test(arguments: [
    ("accuracy", nil, 2), ("eval_accuracy", nil, 2), ("eval_accuracy", false, 0), ("loss", nil, 1),
    ("eval_loss", true, 0),
  ])
  func `A loss should be small and anything else great, unless told otherwise`(
    metric: String, greaterIsBetter: Bool?, kept: Int
  ) throws {
    let outcome = try train(losses: [3, 1, 2], accuracies: [0.1, 0.2, 0.9]) {
      $0.metric = metric
      $0.greaterIsBetter = greaterIsBetter
    }
    #expect(outcome.kept == kept)
  }

  @Test func `Of equal validations the first is kept`() throws {
    #expect(try train(losses: [2, 1, 1]).kept == 1)
  }

  @Test func `Training ends after as many validations without improvement as it may wait`() throws {
    let outcome = try train(losses: [5, 4, 4.5, 4.2, 1]) { $0.patience = 2 }
    #expect(outcome.kept == 1)
    #expect(outcome.evaluations.dropLast().map(\.step) == [2, 4, 6, 8])
  }

  @Test func `An improvement below the threshold is kept, but does not count`() throws {
    let outcome = try train(losses: [5, 4.9, 4.85, 1]) {
      $0.patience = 2
      $0.threshold = 0.2
    }
    #expect(outcome.kept == 2)
    #expect(outcome.evaluations.dropLast().map(\.step) == [2, 4, 6])
  }

  @Test func `The last step is validated too, and may be the best`() throws {
    let outcome = try train(losses: [3, 2, 1], steps: 5)
    #expect(outcome.kept == 2)
    #expect(outcome.evaluations.last?.metrics.first == Metric("best_step", 5))
  }

  @Test func `A figure that validation does not have is an error that lists those it has`() {
    let error = #expect(throws: Diagnostic.self) {
      try train(losses: [1, 2], accuracies: [1, 2]) { $0.metric = "acuracy" }
    }
    #expect(error?.code == .unknownFigure)
    #expect(error?.message.contains("eval_loss, eval_accuracy") == true)
    #expect(error?.hint == "did you mean eval_accuracy?")
  }

  @Test func `A deciding figure that is not a number is an error`() {
    let error = #expect(throws: Diagnostic.self) { try train(losses: [1, .nan]) }
    #expect(error?.code == .nonFiniteLoss)
  }

  @Test(arguments: TrainingKind.allCases)
  func `Every trainer keeps its best weights`(kind: TrainingKind) throws {
    let model = try kind.loadModel()
    let workspace = Workspace(threads: 2)
    let objective = try kind.makeObjective(model, workspace, examples: 6, held: 5)
    var options = TrainingOptions(learningRate: 0.05)
    options.batchSize = 3
    options.maximumSteps = 6
    options.evaluationSteps = 1
    options.best.isKept = true
    let observer = RecordingObserver()
    let figures = try Trainer(options, model: model, workspace: workspace, observer: observer).run(objective)
    let losses = observer.evaluations.compactMap { $0.metrics["eval_loss"] }
    #expect(figures["eval_loss"] == losses.min())
    #expect(try objective.evaluate()["loss"] == losses.min())
  }
}
