import Compute

/// The n-grams of some texts, numbered in the order in which they first occur.
public struct NGramVocabulary: Sendable {
  public let analyzer: NGramAnalyzer
  private var indices: [String: Int] = [:]

  public init(_ analyzer: NGramAnalyzer, texts: some Sequence<String>) {
    self.analyzer = analyzer
    for text in texts {
      for gram in analyzer.nGrams(of: text) where indices[gram] == nil { indices[gram] = indices.count }
    }
  }

  public var count: Int { indices.count }

  public func index(of gram: String) -> Int? { indices[gram] }

  /// How often each n-gram occurs in each text: `[texts, n-grams]`; n-grams that are not numbered are passed over.
  public func counts(of texts: some Sequence<String>) -> SparseMatrix {
    SparseMatrix(
      columns: count,
      rows: texts.map { text in
        var counts: [Int: Double] = [:]
        for gram in analyzer.nGrams(of: text) {
          if let index = indices[gram] { counts[index, default: 0] += 1 }
        }
        return counts.sorted { $0.key < $1.key }.map { SparseMatrix.Element($0.key, $0.value) }
      })
  }
}
