import Alignment
import Compute
import DataLoading
import LanguageModels
import TestSupport
import Testing

/// Packing changes which rows make up a step, and nothing else.
@Suite struct PackedTrainingTests {
  private struct Outcome {
    var metrics: [Metric]
    var gradient: [Float]
  }

  private func rows(_ model: LanguageModel) -> [TokenizedSequence] {
    var rows = SeededRows(model, seed: 12)
    return (1...11).map { rows.sequence(line: $0) }
  }

  /// One step over all packs.
  private func step(
    _ model: LanguageModel, _ packs: [SequencePack], microBatchSize: Int, type: SupervisedLossType = .nll
  ) throws -> Outcome {
    let twin = model.copy()
    twin.parameters.prepareForTraining()
    let objective = SupervisedObjective(
      model: twin, workspace: Workspace(threads: 2), packs: packs, loss: type)
    let metrics = try objective.accumulate(
      Array(packs.indices), microBatchSize: microBatchSize, statistics: true)
    return Outcome(metrics: metrics, gradient: twin.parameters.gradients?.copy() ?? [])
  }

  private func expectEqual(_ one: Outcome, _ other: Outcome) {
    for (a, b) in zip(one.metrics, other.metrics) {
      #expect(a.name == b.name && relativeDifference(a.value, b.value) < 1e-6, "\(a.name)")
    }
    func norm(_ values: [Float]) -> Double {
      values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    let difference = zip(one.gradient, other.gradient).map { $0 - $1 }
    #expect(norm(difference) < 1e-6 * norm(one.gradient))
  }

  @Test(arguments: SupervisedLossType.allCases, [24, 40, 200])
  func `The same rows give the same loss and gradient, packed or alone`(
    type: SupervisedLossType, capacity: Int
  ) throws {
    let model = try TrainingKind.loadModel(.vocabulary)
    let rows = rows(model).map { $0.truncated(to: capacity) }
    let alone = try step(model, rows.map { SequencePack([$0]) }, microBatchSize: 1, type: type)
    let packs = SequencePacker(.bestFit, capacity: capacity).packs(rows)
    #expect(packs.count < rows.count)
    for size in [1, 2, packs.count] {
      expectEqual(try step(model, packs, microBatchSize: size, type: type), alone)
    }
  }

  @Test(arguments: [PackingStrategy.bestFitSplit, .wrapped])
  func `Pieces of a row are rows of their own`(strategy: PackingStrategy) throws {
    let model = try TrainingKind.loadModel(.vocabulary)
    let packs = SequencePacker(strategy, capacity: 9).packs(rows(model))
    let pieces = packs.flatMap(\.rows).map { SequencePack([$0]) }
    expectEqual(try step(model, packs, microBatchSize: 3), try step(model, pieces, microBatchSize: 1))
  }

  @Test func `A row's neighbours in a pack change nothing of it`() throws {
    let model = try TrainingKind.loadModel(.vocabulary)
    let rows = rows(model)
    let others = rows[1...].map { row in
      TokenizedSequence(ids: row.ids.reversed(), completionStart: row.ids.count, line: row.line)
    }
    // Only the first row is trained; what stands around it differs.
    let silent = rows[1...].map {
      TokenizedSequence(ids: $0.ids, completionStart: $0.ids.count, line: $0.line)
    }
    let one = try step(model, [SequencePack(silent + [rows[0]])], microBatchSize: 1)
    let other = try step(model, [SequencePack([rows[0]] + others)], microBatchSize: 1)
    expectEqual(one, other)
  }
}
