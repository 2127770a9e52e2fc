import Compute

/// A classifier over n-grams that a fine-tuned model has to beat.
public enum TextBaseline: String, Sendable, Hashable, CaseIterable {
  /// Generative: counts of words and pairs of words.
  case naiveBayes = "naive_bayes"
  /// Discriminative: weighted counts of words, pairs of words, and 3 to 5 characters within a word.
  case logisticRegression = "logistic_regression"

  public struct Options: Sendable, Hashable {
    /// Added to each count of naive Bayes.
    public var alpha = 0.1
    /// `C` of logistic regression.
    public var strength = 10.0

    public init() {}
  }

  /// Texts with their classes and how much each counts.
  public struct Rows: Sendable {
    public var texts: [String]
    public var classes: [Int]
    public var weights: [Double]

    public init(texts: [String], classes: [Int], weights: [Double]) {
      self.texts = texts
      self.classes = classes
      self.weights = weights
    }
  }

  /// Log-probabilities that the classifier, trained on `rows`, gives the classes of other texts: `[texts][classes]`.
  ///
  /// - Throws: what `checkCancellation` throws.
  public func logProbabilities(
    of texts: [String], trainedOn rows: Rows, classCount: Int, options: Options, team: ThreadTeam,
    checkCancellation: () throws -> Void = {}
  ) throws -> [[Double]] {
    switch self {
    case .naiveBayes:
      let vocabulary = NGramVocabulary(.words(1...2), texts: rows.texts)
      let classifier = NaiveBayes(
        vocabulary.counts(of: rows.texts), classes: rows.classes, classCount: classCount,
        alpha: options.alpha, weights: rows.weights)
      return classifier.logProbabilities(vocabulary.counts(of: texts), team: team)
    case .logisticRegression:
      let parts = [NGramAnalyzer.words(1...2), .characters(3...5)].map { analyzer in
        let vocabulary = NGramVocabulary(analyzer, texts: rows.texts)
        let counts = vocabulary.counts(of: rows.texts)
        let weighted = InverseDocumentFrequency(counts)
        return (training: weighted(counts), asked: weighted(vocabulary.counts(of: texts)))
      }
      let classifier = try LogisticRegression(
        parts[0].training.appendingColumns(of: parts[1].training), classes: rows.classes,
        classCount: classCount, strength: options.strength, rowWeights: rows.weights, team: team,
        checkCancellation: checkCancellation)
      return classifier.logProbabilities(parts[0].asked.appendingColumns(of: parts[1].asked), team: team)
    }
  }
}
