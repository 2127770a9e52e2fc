import Alignment
import Compute
import JSONText
import TestSupport
import Testing

/// Against scikit-learn (`Tests/Fixtures/generate/classify_baselines.py`).
@Suite struct BaselineTests {
  private let vectors: JSON
  private let team = ThreadTeam(count: 2)

  init() throws {
    vectors = try Golden.json(at: Golden.vectors.appendingPathComponent("classify/baselines.json"))
  }

  private func matrix(_ key: String) -> SparseMatrix {
    SparseMatrix(
      columns: vectors["features"]?.intValue ?? 0,
      rows: (vectors[key]?.arrayValue ?? []).map { row in
        (row.arrayValue ?? []).map {
          SparseMatrix.Element($0[0]?.intValue ?? 0, $0[1]?.doubleValue ?? .nan)
        }
      })
  }

  private var classes: [Int] { (vectors["y"]?.arrayValue ?? []).compactMap(\.intValue) }
  private var classCount: Int { vectors["classes"]?.intValue ?? 0 }
  private var weights: [Double] { vectors["weights"]?.doubles ?? [] }

  private func difference(_ ours: [[Double]], _ reference: JSON) -> Double {
    let expected = (reference["log_probabilities"]?.arrayValue ?? []).flatMap(\.doubles)
    return expected.isEmpty ? .infinity : greatestDifference(ours.flatMap { $0 }, expected)
  }

  @Test func `Words and characters are cut as scikit-learn cuts them`() throws {
    let texts = (vectors["n_grams"]?["texts"]?.arrayValue ?? []).compactMap(\.stringValue)
    #expect(texts.count > 5)
    for (key, analyzer) in [("words", NGramAnalyzer.words(1...2)), ("characters", .characters(3...5))] {
      for (index, text) in texts.enumerated() {
        let expected = (vectors["n_grams"]?[key]?[index]?.arrayValue ?? []).compactMap(\.stringValue)
        #expect(analyzer.nGrams(of: text).sorted() == expected.sorted(), "\(key) of \(text)")
      }
    }
  }

  @Test func `Weighted counts equal scikit-learn's`() {
    let weighted = InverseDocumentFrequency(matrix("counts"))
    for (counts, expected) in [("counts", "tfidf"), ("test_counts", "test_tfidf")] {
      let (ours, theirs) = (weighted(matrix(counts)), matrix(expected))
      #expect(ours.rows == theirs.rows)
      for row in 0..<ours.rows {
        #expect(ours.row(row).map(\.column) == theirs.row(row).map(\.column))
        #expect(greatestDifference(ours.row(row).map(\.value), theirs.row(row).map(\.value)) < 1e-12)
      }
    }
  }

  @Test func `Naive Bayes gives scikit-learn's probabilities`() {
    for reference in vectors["naive_bayes"]?.arrayValue ?? [] {
      let bayes = NaiveBayes(
        matrix("counts"), classes: classes, classCount: classCount,
        alpha: reference["alpha"]?.doubleValue ?? .nan)
      #expect(difference(bayes.logProbabilities(matrix("test_counts"), team: team), reference) < 1e-10)
    }
    let reference = vectors["weighted_naive_bayes"] ?? .null
    let weighted = NaiveBayes(
      matrix("counts"), classes: classes, classCount: classCount,
      alpha: reference["alpha"]?.doubleValue ?? .nan, weights: weights)
    #expect(difference(weighted.logProbabilities(matrix("test_counts"), team: team), reference) < 1e-10)
  }

  @Test func `Logistic regression reaches scikit-learn's minimum`() throws {
    var search = LimitedMemoryBFGS()
    search.tolerance = 1e-8
    func check(_ reference: JSON, _ rowWeights: [Double]?) throws {
      let regression = try LogisticRegression(
        matrix("counts"), classes: classes, classCount: classCount,
        strength: reference["C"]?.doubleValue ?? .nan, rowWeights: rowWeights, search: search, team: team)
      #expect(regression.hasConverged)
      let answers = regression.logProbabilities(matrix("test_counts"), team: team)
      #expect(difference(answers, reference) < 1e-5)
      let norm = regression.weights.dropLast(classCount).reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(relativeDifference(norm, reference["norm"]?.doubleValue ?? .nan) < 1e-6)
    }
    for reference in vectors["logistic_regression"]?.arrayValue ?? [] { try check(reference, nil) }
    try check(vectors["weighted_logistic_regression"] ?? .null, weights)
  }

  @Test(.tags(.determinism)) func `Any number of threads gives the same weights`() throws {
    func weights(_ threads: Int) throws -> [Double] {
      try LogisticRegression(
        matrix("counts"), classes: classes, classCount: classCount, strength: 1,
        team: ThreadTeam(count: threads)
      ).weights
    }
    #expect(try weights(1) == weights(2))
  }

  @Test func `Figures equal scikit-learn's, also where classes are absent`() {
    let cases = vectors["figures"]?.arrayValue ?? []
    #expect(cases.count >= 4)
    for reference in cases {
      func ints(_ key: String) -> [Int] { (reference[key]?.arrayValue ?? []).compactMap(\.intValue) }
      let count = reference["classes"]?.intValue ?? 0
      let confusion = ConfusionMatrix(
        classCount: count, actual: ints("actual"), predicted: ints("predicted"))
      #expect(JSON.array(confusion.counts.map { .array($0.map { .integer($0) }) }) == reference["confusion"])
      #expect(abs(confusion.accuracy - (reference["accuracy"]?.doubleValue ?? .nan)) < 1e-12)
      #expect(abs(confusion.macroF1 - (reference["macro_f1"]?.doubleValue ?? .nan)) < 1e-12)
      let labels = 0..<count
      for (key, values) in [
        ("precision", labels.map(confusion.precision)), ("recall", labels.map(confusion.recall)),
        ("f1", labels.map(confusion.f1)), ("support", labels.map { Double(confusion.support($0)) }),
      ] {
        #expect(greatestDifference(values, reference[key]?.doubles ?? []) < 1e-12, "\(key)")
      }
    }
  }
}
