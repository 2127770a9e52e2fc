import Alignment
import Compute
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

/// Against transformers' sequence classifiers (`Tests/Fixtures/generate/classify_heads.py`).
@Suite struct ClassifierHeadTests {
  static let vectors =
    (try? Golden.json(at: Golden.vectors.appendingPathComponent("classify/heads.json"))) ?? .null
  static let architectures = (vectors["models"]?.members ?? []).map(\.key)

  private func load(_ name: String) throws -> LanguageModel {
    let labels = (Self.vectors["labels"]?.arrayValue ?? []).compactMap(\.stringValue)
    let model = try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent("models/\(name)"), head: .labels(labels))
    let score = Self.vectors["models"]?[name]?["score"]?.doubles ?? []
    let index = try #require(model.parameters.index(of: LanguageModel.scoreName))
    let target = model.parameters.buffer(at: index)
    try #require(target.count == score.count)
    for position in target.indices { target[position] = Float(score[position]) }
    return model
  }

  private func ids(_ reference: JSON) -> [[Int32]] { (reference["ids"]?.arrayValue ?? []).map(\.ids) }

  @Test func `There is a case for every architecture`() {
    #expect(Set(Self.architectures) == Set(ArchitectureRegistry.architectures.map { $0.modelType }))
  }

  @Test(arguments: architectures) func `Log-probabilities of the labels equal the reference`(
    name: String
  ) throws {
    let reference = try #require(Self.vectors["models"]?[name])
    let ours = try load(name).labelLogProbabilities(ids(reference), workspace: Workspace(threads: 2))
    let expected = (reference["logits"]?.arrayValue ?? []).map { logSoftmax($0.doubles) }
    #expect(greatestDifference(ours.flatMap { $0 }, expected.flatMap { $0 }) < 2e-5)
  }

  @Test(arguments: architectures) func `Losses and every gradient equal the reference`(
    name: String
  ) throws {
    let reference = try #require(Self.vectors["models"]?[name])
    let targets = (Self.vectors["targets"]?.arrayValue ?? []).compactMap(\.intValue)
    let examples = zip(ids(reference), targets).map {
      ClassificationObjective.Example(ids: $0, label: $1)
    }
    func metrics(_ model: LanguageModel, weights: [Double]) throws -> [Metric] {
      let objective = ClassificationObjective(
        model: model, workspace: Workspace(threads: 2), examples: examples, validation: examples,
        weights: weights)
      model.parameters.prepareForTraining()
      model.parameters.zeroGradients()
      return try objective.accumulate(Array(examples.indices), microBatchSize: 2, statistics: true)
        + objective.evaluate()
    }
    let model = try load(name)
    let plain = try metrics(model, weights: [1, 1, 1])
    #expect(plain.map(\.name) == ["loss", "accuracy", "macro_f1", "loss", "accuracy", "macro_f1"])
    #expect(abs(plain[0].value - (reference["loss"]?.doubleValue ?? .nan)) < 2e-5)
    #expect(abs(plain[3].value - plain[0].value) < 1e-6 && plain[4].value == plain[1].value)
    let weighted = try metrics(model, weights: Self.vectors["weights"]?.doubles ?? [])
    #expect(abs(weighted[0].value - (reference["weighted_loss"]?.doubleValue ?? .nan)) < 2e-5)
    let gradients = reference["weighted_grads"]?.members ?? []
    #expect(gradients.count == model.parameters.specifications.count)
    for member in gradients {
      let index = try #require(model.parameters.index(ofReference: member.key), "\(member.key)")
      let values = model.parameters.copyGradient(at: index).map(Double.init)
      let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(relativeDifference(norm, member.value.doubles[1]) < 2e-4, "\(member.key)")
      for (mine, wanted) in zip(values, member.value.doubles[2...]) {
        #expect(abs(mine - wanted) < 2e-4 * max(norm, 1e-3), "\(member.key)")
      }
    }
  }
}
