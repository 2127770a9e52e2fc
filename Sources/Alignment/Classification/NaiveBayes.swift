import Compute
import Foundation

/// Multinomial naive Bayes: the generative classifier, which learns how texts of each class come about.
///
/// A class `k` has the prior `W_k / W` and gives n-gram `t` with probability `(W_kt + α) / (Σ_t W_kt + α T)`,
/// where `W_k` is the weight of its texts, `W_kt` the weighted count of the n-gram in them and `T` the number
/// of n-grams: Lidstone's smoothing, Laplace's for α = 1. Source: Manning, Raghavan and Schütze, Introduction
/// to Information Retrieval (2008), chapter 13; scikit-learn's `MultinomialNB`.
public struct NaiveBayes: Sendable {
  private let logPriors: [Double]
  /// `[n-grams, classes]`.
  private let logLikelihoods: [Double]

  /// - Parameters:
  ///   - counts: of the training texts, `[texts, n-grams]`.
  ///   - classes: one per text, each of which has at least one.
  ///   - weights: one per text.
  public init(
    _ counts: SparseMatrix, classes: [Int], classCount: Int, alpha: Double, weights: [Double]? = nil
  ) {
    precondition(counts.rows == classes.count, "\(counts.rows) rows with \(classes.count) classes")
    var priors = Array(repeating: 0.0, count: classCount)
    var totals = Array(repeating: alpha * Double(counts.columns), count: classCount)
    var table = Array(repeating: alpha, count: counts.columns * classCount)
    for (row, label) in classes.enumerated() {
      let weight = weights?[row] ?? 1
      priors[label] += weight
      for element in counts.row(row) {
        table[element.column * classCount + label] += weight * element.value
        totals[label] += weight * element.value
      }
    }
    let weight = priors.reduce(0, +)
    logPriors = priors.map { log($0 / weight) }
    for index in table.indices { table[index] = log(table[index] / totals[index % classCount]) }
    logLikelihoods = table
  }

  /// Log-probabilities of the classes of texts `[texts, n-grams]`: `[texts][classes]`, in nats.
  public func logProbabilities(_ counts: SparseMatrix, team: ThreadTeam) -> [[Double]] {
    let width = logPriors.count
    let scores = counts.times(logLikelihoods, width: width, team: team)
    return (0..<counts.rows).map { row in
      logSoftmax(zip(scores[row * width..<(row + 1) * width], logPriors).map { $0 + $1 })
    }
  }
}
