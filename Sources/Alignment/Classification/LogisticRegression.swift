import Compute
import Foundation

/// Multinomial logistic regression: the discriminative classifier, which learns only what tells the classes apart.
///
/// Minimises `1/W Σ_i w_i (-log softmax(x_i·V + b)[y_i]) + ‖V‖² / (2 C W)`, `W = Σ w_i`; the intercepts `b`
/// are not held back. The minimum is unique but for a shift of all intercepts, so what is learnt is a fact of
/// the rows alone. The same problem as scikit-learn's `LogisticRegression(C)`.
public struct LogisticRegression: Sendable {
  /// `[features + 1, classes]`; the last row holds the intercepts.
  public let weights: [Double]
  public let classCount: Int
  /// What the search came to.
  public let loss: Double
  public let iterations: Int
  /// Whether the search ended at the minimum rather than at its limit.
  public let hasConverged: Bool

  /// - Parameters:
  ///   - features: `[texts, features]`.
  ///   - classes: one per text.
  ///   - strength: `C`; the greater, the closer to the training rows.
  ///   - rowWeights: one per text; 1 if nil.
  ///   - checkCancellation: called before every pass over the rows; what it throws ends the search.
  public init(
    _ features: SparseMatrix, classes: [Int], classCount: Int, strength: Double,
    rowWeights: [Double]? = nil, search: LimitedMemoryBFGS = LimitedMemoryBFGS(), team: ThreadTeam,
    checkCancellation: () throws -> Void = {}
  ) throws {
    let problem = Problem(
      features: Self.withIntercept(features), classes: classes, classCount: classCount, strength: strength,
      rowWeights: rowWeights ?? Array(repeating: 1, count: classes.count), team: team)
    let start = Array(repeating: 0.0, count: problem.features.columns * classCount)
    let minimum = try search.minimize(from: start) { point in
      try checkCancellation()
      return problem.lossAndGradient(at: point)
    }
    weights = minimum.point
    self.classCount = classCount
    loss = minimum.value
    iterations = minimum.iterations
    hasConverged = minimum.gradient <= search.tolerance
  }

  /// Log-probabilities of the classes of texts `[texts, features]`: `[texts][classes]`, in nats.
  public func logProbabilities(_ features: SparseMatrix, team: ThreadTeam) -> [[Double]] {
    let scores = Self.withIntercept(features).times(weights, width: classCount, team: team)
    return (0..<features.rows).map { logSoftmax(Array(scores[$0 * classCount..<($0 + 1) * classCount])) }
  }

  /// The features with a last one that is always 1.
  private static func withIntercept(_ features: SparseMatrix) -> SparseMatrix {
    features.appendingColumns(
      of: SparseMatrix(columns: 1, rows: (0..<features.rows).lazy.map { _ in [SparseMatrix.Element(0, 1)] }))
  }

  /// The loss over the training rows as a function of the weights.
  struct Problem {
    let features: SparseMatrix
    private let transposed: SparseMatrix
    private let classes: [Int]
    private let classCount: Int
    private let strength: Double
    private let rowWeights: [Double]
    private let team: ThreadTeam

    init(
      features: SparseMatrix, classes: [Int], classCount: Int, strength: Double, rowWeights: [Double],
      team: ThreadTeam
    ) {
      precondition(features.rows == classes.count, "\(features.rows) rows with \(classes.count) classes")
      self.features = features
      transposed = features.transposed()
      self.classes = classes
      self.classCount = classCount
      self.strength = strength
      self.rowWeights = rowWeights
      self.team = team
    }

    func lossAndGradient(at weights: [Double]) -> (value: Double, gradient: [Double]) {
      let total = rowWeights.reduce(0, +)
      var scores = features.times(weights, width: classCount, team: team)
      var loss = 0.0
      // Scores become d loss / d score.
      for (row, label) in classes.enumerated() {
        let share = rowWeights[row] / total
        let range = row * classCount..<(row + 1) * classCount
        let logs = logSoftmax(Array(scores[range]))
        loss -= share * logs[label]
        for (index, value) in zip(range, logs) { scores[index] = share * exp(value) }
        scores[range.lowerBound + label] -= share
      }
      var gradient = transposed.times(scores, width: classCount, team: team)
      let pull = 1 / (strength * total)
      for index in 0..<weights.count - classCount {
        loss += pull / 2 * weights[index] * weights[index]
        gradient[index] += pull * weights[index]
      }
      return (loss, gradient)
    }
  }
}
