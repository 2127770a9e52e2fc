import DataLoading
import Foundation

/// Figures over the pairs of different rank of rankings.
///
/// Beside TRL's: `accuracy_margin_q1` … `q4`, the accuracy in quarters of the pairs by how far apart their rewards are,
/// from closest to farthest; `accuracy_length_q1` … `q4`, in quarters by how many tokens the better answer is longer,
/// from much shorter to much longer, where a rise shows a reward for length itself; `ece`, the expected calibration
/// error (Naeini et al. 2015) of `σ(r_a - r_b)` as the probability that `a` is the better one: every pair
/// counts in both orders, probabilities fall into 10 equal bins, and the gaps between a bin's mean
/// probability and the share that came true are averaged by the bins' sizes. Quarters differ by one pair at
/// most; equal pairs keep the order of the rows.
struct RankingFigures {
  private struct Pair {
    var better: Double
    var worse: Double
    /// Tokens of the better answer less those of the worse.
    var lengthDifference: Int

    var isCorrect: Bool { better > worse }
  }

  private(set) var loss = 0.0
  private var pairs: [Pair] = []

  /// - Parameter loss: the ranking's, times its share of the batch.
  mutating func add(_ rewards: [Float], _ ranking: TokenizedRanking, loss: Double) {
    self.loss += loss
    let lengths = ranking.candidates.map(\.ids.count)
    pairs += ranking.pairs.map { pair in
      Pair(
        better: Double(rewards[pair.winner]), worse: Double(rewards[pair.loser]),
        lengthDifference: lengths[pair.winner] - lengths[pair.loser])
    }
  }

  mutating func add(_ other: RankingFigures) {
    loss += other.loss
    pairs += other.pairs
  }

  /// TRL's figures of a step.
  var metrics: [Metric] {
    let count = Double(max(1, pairs.count))
    let all = pairs.flatMap { [$0.better, $0.worse] }
    return [
      Metric("min_reward", all.min() ?? 0), Metric("mean_reward", all.reduce(0, +) / (2 * count)),
      Metric("max_reward", all.max() ?? 0), Metric("accuracy", accuracy(pairs)),
      Metric("margin", pairs.reduce(0) { $0 + $1.better - $1.worse } / count),
    ]
  }

  /// What only a whole validation can tell.
  var analysis: [Metric] {
    [Metric("ece", calibrationError)]
      + quarters(named: "accuracy_margin") { abs($0.better - $0.worse) }
      + quarters(named: "accuracy_length") { Double($0.lengthDifference) }
  }

  private func accuracy(_ pairs: some Collection<Pair>) -> Double {
    Double(pairs.count { $0.isCorrect }) / Double(max(1, pairs.count))
  }

  private func quarters(named name: String, by key: (Pair) -> Double) -> [Metric] {
    guard pairs.count >= 4 else { return [] }
    let keys = pairs.map(key)
    let order = pairs.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    return (0..<4).map { quarter in
      let part = order[quarter * order.count / 4..<(quarter + 1) * order.count / 4]
      return Metric("\(name)_q\(quarter + 1)", accuracy(part.map { pairs[$0] }))
    }
  }

  private var calibrationError: Double {
    var bins = Array(repeating: (probability: 0.0, came: 0.0), count: 10)
    for pair in pairs {
      for (difference, outcome) in [(pair.better - pair.worse, 1.0), (pair.worse - pair.better, 0.0)] {
        let probability = sigmoid(difference)
        let bin = min(9, Int(probability * 10))
        bins[bin].probability += probability
        bins[bin].came += outcome
      }
    }
    return bins.reduce(0) { $0 + abs($1.came - $1.probability) } / Double(max(1, 2 * pairs.count))
  }
}
