import Alignment
import Compute
import DataLoading
import Foundation
import LanguageModels
import TestSupport
import Testing

@Suite struct RewardFiguresTests {
  private let workspace = Workspace(threads: 1)

  private func rankings(_ model: LanguageModel, _ count: Int) -> [TokenizedRanking] {
    var rows = SeededRows(model, seed: 31)
    return (1...count).map { line in
      let row = rows.pair(line: line)
      return TokenizedRanking(
        promptLength: row.promptLength, candidates: [row.chosen, row.rejected], ranks: [0, 1], margin: nil,
        line: line)
    }
  }

  private func evaluate(_ model: LanguageModel, _ rankings: [TokenizedRanking]) throws -> [Metric] {
    try RewardObjective(model: model, workspace: workspace, examples: [], validation: rankings).evaluate()
  }

  /// The same answers in the other order.
  private func swapped(_ rankings: [TokenizedRanking]) -> [TokenizedRanking] {
    rankings.map { ranking in
      var ranking = ranking
      ranking.candidates.reverse()
      return ranking
    }
  }

  @Test(arguments: [4, 7, 23])
  func `Accuracies by margin and length, and calibration, are what their definitions say`(count: Int) throws {
    let model = try TrainingKind.loadModel(.scalar)
    let rankings = rankings(model, count)
    let metrics = try evaluate(model, rankings)
    let pairs = rankings.map { ranking -> (difference: Double, longer: Int) in
      let scores = model.scores(ranking.candidates.map(\.ids), workspace: workspace)
      let lengths = ranking.candidates.map(\.ids.count)
      return (Double(scores[0]) - Double(scores[1]), lengths[0] - lengths[1])
    }
    func quarters(_ order: [Int]) -> [Double] {
      (0..<4).map { quarter in
        let part = order[quarter * count / 4..<(quarter + 1) * count / 4]
        return Double(part.count { pairs[$0].difference > 0 }) / Double(part.count)
      }
    }
    let byMargin = quarters(
      pairs.indices.sorted { (abs(pairs[$0].difference), $0) < (abs(pairs[$1].difference), $1) })
    let byLength = quarters(pairs.indices.sorted { (pairs[$0].longer, $0) < (pairs[$1].longer, $1) })
    for quarter in 0..<4 {
      #expect(metrics["accuracy_margin_q\(quarter + 1)"] == byMargin[quarter])
      #expect(metrics["accuracy_length_q\(quarter + 1)"] == byLength[quarter])
    }
    let both = pairs.flatMap { [($0.difference, 1.0), (-$0.difference, 0.0)] }
    let groups = Dictionary(grouping: both) { Int(10 / (1 + exp(-$0.0))) }
    let error = groups.values.reduce(0.0) { sum, group in
      let probability = group.reduce(0) { $0 + 1 / (1 + exp(-$1.0)) } / Double(group.count)
      let share = group.reduce(0) { $0 + $1.1 } / Double(group.count)
      return sum + Double(group.count) / Double(both.count) * abs(share - probability)
    }
    #expect(abs((metrics["ece"] ?? .nan) - error) < 1e-6)
  }

  @Test func `The names of the figures are known beforehand`() throws {
    let model = try TrainingKind.loadModel(.scalar)
    let names = try evaluate(model, rankings(model, 8)).map(\.name)
    #expect(names == RewardObjective.figures + RewardObjective.analysisFigures)
    let few = try evaluate(model, rankings(model, 3)).map(\.name)
    #expect(few == names.filter { !$0.contains("_q") })
  }

  @Test func `A model that rates every pair the same is as calibrated as a coin`() throws {
    let model = try TrainingKind.loadModel(.scalar)
    model.parameters.buffer(at: model.parameters.specifications.count - 1).update(repeating: 0)
    let metrics = try evaluate(model, rankings(model, 6))
    #expect(metrics["ece"] == 0 && metrics["accuracy"] == 0)
    #expect(abs((metrics["loss"] ?? .nan) - log(2)) < 1e-12)
  }

  @Test func `Swapped answers mirror accuracy and margin, and leave calibration`() throws {
    let model = try TrainingKind.loadModel(.scalar)
    let rankings = rankings(model, 20)
    let straight = try evaluate(model, rankings)
    let mirrored = try evaluate(model, swapped(rankings))
    #expect(straight["accuracy"] != 0.5)
    #expect(abs((mirrored["accuracy"] ?? .nan) - (1 - (straight["accuracy"] ?? .nan))) < 1e-12)
    #expect(abs((mirrored["margin"] ?? .nan) + (straight["margin"] ?? .nan)) < 1e-6)
    #expect(abs((mirrored["mean_reward"] ?? .nan) - (straight["mean_reward"] ?? .nan)) < 1e-6)
  }

  @Test func `Training on swapped answers from a negated head is the mirror image at every step`() throws {
    var outcomes: [RecordingObserver] = []
    for isSwapped in [false, true] {
      let model = try TrainingKind.loadModel(.scalar)
      if isSwapped {
        let head = model.parameters.buffer(at: model.parameters.specifications.count - 1)
        for index in head.indices { head[index].negate() }
      }
      let rows = rankings(model, 18)
      let objective = RewardObjective(
        model: model, workspace: workspace,
        examples: isSwapped ? swapped(Array(rows[..<12])) : Array(rows[..<12]), validation: Array(rows[12...])
      )
      var options = TrainingOptions(learningRate: 1e-2)
      options.batchSize = 4
      options.maximumSteps = 9
      options.evaluationSteps = 1
      let observer = RecordingObserver()
      try Trainer(options, model: model, workspace: workspace, observer: observer).run(objective)
      outcomes.append(observer)
    }
    for (straight, mirrored) in zip(outcomes[0].evaluations, outcomes[1].evaluations) {
      let accuracies = (straight.metrics["eval_accuracy"] ?? .nan, mirrored.metrics["eval_accuracy"] ?? .nan)
      #expect(abs(accuracies.0 + accuracies.1 - 1) < 1e-12)
    }
    for (straight, mirrored) in zip(outcomes[0].steps, outcomes[1].steps) {
      #expect(relativeDifference(straight.metrics["loss"] ?? .nan, mirrored.metrics["loss"] ?? .nan) < 1e-5)
    }
  }
}
