import Alignment
import Compute
import LanguageModels
import TestSupport
import Testing

/// Preference trainings over seeded rows and a tiny model.
struct PreferenceCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Whether the loss's weights or estimates, constants for gradients, move with the model.
  var holdsConstants = false
  let make: @Sendable (LanguageModel, Workspace) throws -> any TrainingObjective

  static let all: [PreferenceCase] =
    PreferenceLossType.all.map { type in
      family(type.name) {
        $0.lossTypes = [type]
        $0.labelSmoothing = 0.1
      }
    } + [
      family("sigmoid and sft, js divergence") {
        $0.lossTypes = PreferenceLossType.all.filter { ["sigmoid", "sft"].contains($0.name) }
        $0.lossWeights = [1, 0.5]
        $0.divergenceType = .jensenShannon
      },
      family("ld_alpha") { $0.lengthDesensitization = 0.4 },
      family("use_weighting", holdsConstants: true) { $0.usesWeighting = true },
      family("reference_free", reference: { .none }, { $0.isReferenceFree = true }),
      pairs("orpo", PreferenceMethod(loss: OddsRatioLoss(beta: 0.7), beta: 0.7)) { .none },
      pairs(
        "simpo", PreferenceMethod(loss: SimplePreferenceLoss(beta: 2, gammaBetaRatio: 0.3), beta: 2)
      ) { .none },
      feedback("kto", .kto, holdsConstants: true), feedback("apo_zero_unpaired", .apoZeroUnpaired),
    ]

  private static func family(
    _ name: String, holdsConstants: Bool = false,
    reference: @escaping @Sendable () throws -> PreferenceReference = {
      .frozen(try TrainingKind.reference())
    }, _ change: (inout PreferenceOptions) -> Void
  ) -> PreferenceCase {
    var options = PreferenceOptions()
    options.beta = 0.3
    change(&options)
    return pairs(name, PreferenceMethod(options), holdsConstants: holdsConstants, reference)
  }

  private static func pairs(
    _ name: String, _ method: PreferenceMethod, holdsConstants: Bool = false,
    _ reference: @escaping @Sendable () throws -> PreferenceReference
  ) -> PreferenceCase {
    PreferenceCase(testDescription: name, holdsConstants: holdsConstants) { model, workspace in
      var rows = SeededRows(model, seed: 41)
      return PreferenceObjective(
        model: model, reference: try reference(), workspace: workspace,
        examples: (1...8).map { rows.pair(line: $0) }, validation: (1...3).map { rows.pair(line: $0) },
        method: method)
    }
  }

  private static func feedback(
    _ name: String, _ form: ProspectLoss.Form, holdsConstants: Bool = false
  ) -> PreferenceCase {
    PreferenceCase(testDescription: name, holdsConstants: holdsConstants) { model, workspace in
      var rows = SeededRows(model, seed: 42)
      return FeedbackObjective(
        model: model, reference: .resident(try TrainingKind.reference()), workspace: workspace,
        examples: (1...8).map { rows.feedback(line: $0) },
        validation: (1...3).map { rows.feedback(line: $0) },
        loss: ProspectLoss(form: form, beta: 0.3, desirableWeight: 1.2), maximumLength: 24)
    }
  }
}

@Suite struct PreferenceObjectiveTests {
  private func gradient(_ example: PreferenceCase, microBatchSize: Int, threads: Int = 2) throws -> (
    metrics: [Metric], gradient: [Float]
  ) {
    let model = try TrainingKind.loadModel(.vocabulary)
    let objective = try example.make(model, Workspace(threads: threads))
    model.parameters.prepareForTraining()
    let metrics = try objective.accumulate(Array(0..<8), microBatchSize: microBatchSize, statistics: true)
    return (metrics, model.parameters.gradients?.copy() ?? [])
  }

  @Test(.tags(.gradient), arguments: PreferenceCase.all.filter { !$0.holdsConstants })
  func `The gradient of a batch is the slope of its loss`(example: PreferenceCase) throws {
    let model = try TrainingKind.loadModel(.vocabulary)
    let objective = try example.make(model, Workspace(threads: 2))
    let check = try GradientCheck(model) {
      try objective.accumulate(Array(0..<8), microBatchSize: 8, statistics: false)[0].value
    }
    #expect(relativeDifference(check.slope, check.norm) < 2e-3, "\(check.slope) for \(check.norm)")
  }

  @Test(arguments: PreferenceCase.all)
  func `The size of a micro-batch changes results by rounding only`(example: PreferenceCase) throws {
    let whole = try gradient(example, microBatchSize: 8)
    let norm = whole.gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    for size in [1, 2, 4] {
      let cut = try gradient(example, microBatchSize: size)
      let difference = zip(whole.gradient, cut.gradient).reduce(0.0) {
        $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
      }.squareRoot()
      #expect(difference / norm < 1e-6, "micro-batches of \(size)")
      #expect(relativeDifference(whole.metrics[0].value, cut.metrics[0].value) < 1e-6)
      for (one, other) in zip(whole.metrics, cut.metrics) {
        #expect(one.name == other.name)
        let difference = relativeDifference(one.value, other.value, floor: 0.2)
        #expect(difference < 1e-5, "\(one.name) in micro-batches of \(size)")
      }
    }
  }

  @Test(.tags(.determinism), arguments: PreferenceCase.all)
  func `Any number of threads gives the same bits`(example: PreferenceCase) throws {
    let one = try gradient(example, microBatchSize: 4, threads: 1)
    let other = try gradient(example, microBatchSize: 4, threads: 3)
    #expect(other.gradient == one.gradient && other.metrics == one.metrics)
  }

  @Test(arguments: PreferenceCase.all)
  func `Validation reports the figures of training`(example: PreferenceCase) throws {
    let model = try TrainingKind.loadModel(.vocabulary)
    let objective = try example.make(model, Workspace(threads: 2))
    let training = try objective.accumulate(Array(0..<8), microBatchSize: 8, statistics: true)
    let held = try objective.evaluate()
    #expect(held.map(\.name) == training.map(\.name).filter { $0 != "num_tokens" })
    #expect(held.allSatisfy { $0.value.isFinite })
  }

  @Test func `A synchronised reference moves by its share of the model when its step comes`() throws {
    let model = try TrainingKind.loadModel(.vocabulary)
    let reference = try TrainingKind.reference()
    let before = reference.parameters.values.copy()
    var rows = SeededRows(model, seed: 43)
    let objective = PreferenceObjective(
      model: model,
      reference: .resident(reference, synchronization: ReferenceSynchronization(mixup: 0.25, steps: 2)),
      workspace: Workspace(threads: 1), examples: (1...4).map { rows.pair(line: $0) },
      method: PreferenceMethod(PreferenceOptions()))
    let start = try objective.accumulate([0, 1], microBatchSize: 2, statistics: false)
    objective.stepped(1)
    #expect(reference.parameters.values.copy() == before)
    #expect(try objective.accumulate([0, 1], microBatchSize: 2, statistics: false) == start)
    objective.stepped(2)
    let after = reference.parameters.values.copy()
    let policy = model.parameters.values.copy()
    #expect(zip(after, zip(before, policy)).allSatisfy { $0 == 0.75 * $1.0 + 0.25 * $1.1 })
    #expect(try objective.accumulate([0, 1], microBatchSize: 2, statistics: false) != start)
  }
}
