/// How often each class was taken for which.
///
/// Figures are scikit-learn's with `zero_division=0`: a share of nothing is 0.
public struct ConfusionMatrix: Sendable, Hashable {
  /// `[actual][predicted]`.
  public private(set) var counts: [[Int]]

  public init(classCount: Int) {
    counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
  }

  public init(classCount: Int, actual: [Int], predicted: [Int]) {
    precondition(actual.count == predicted.count, "\(predicted.count) predictions for \(actual.count) rows")
    self.init(classCount: classCount)
    for (actual, predicted) in zip(actual, predicted) { add(actual: actual, predicted: predicted) }
  }

  public mutating func add(actual: Int, predicted: Int) { counts[actual][predicted] += 1 }

  public var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// Rows whose class was found.
  public var correct: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }

  /// Share of rows whose class was found.
  public var accuracy: Double { ratio(correct, total) }

  /// Rows of a class.
  public func support(_ label: Int) -> Int { counts[label].reduce(0, +) }

  /// Rows that were taken for a class.
  public func predictions(_ label: Int) -> Int { counts.reduce(0) { $0 + $1[label] } }

  /// Of the rows taken for the class, the share that are.
  public func precision(_ label: Int) -> Double { ratio(counts[label][label], predictions(label)) }

  /// Of the rows of the class, the share that were found.
  public func recall(_ label: Int) -> Double { ratio(counts[label][label], support(label)) }

  /// Harmonic mean of precision and recall: `2 tp / (actual + predicted)`.
  public func f1(_ label: Int) -> Double {
    ratio(2 * counts[label][label], support(label) + predictions(label))
  }

  /// Mean F1 of the classes that occur among the actual or the predicted ones; other classes have no part.
  public var macroF1: Double {
    let present = counts.indices.filter { support($0) + predictions($0) > 0 }
    return present.isEmpty ? 0 : present.reduce(0) { $0 + f1($1) } / Double(present.count)
  }

  /// Pairs of classes that were mistaken for each other most often, the most frequent first.
  public func mistakes(_ limit: Int) -> [(actual: Int, predicted: Int, count: Int)] {
    let all = counts.indices.flatMap { actual in
      counts.indices.filter { $0 != actual && counts[actual][$0] > 0 }.map {
        (actual: actual, predicted: $0, count: counts[actual][$0])
      }
    }
    return Array(
      all.sorted { ($1.count, $0.actual, $0.predicted) < ($0.count, $1.actual, $1.predicted) }.prefix(limit))
  }

  private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
