import Compute
import Foundation

/// Weighs counts so that rare n-grams say more than common ones, and rows so that long texts say no more than short
/// ones.
///
/// `(1 + ln count) · (ln((1 + n) / (1 + n_t)) + 1)`, rows then divided by their length, with `n` rows of which `n_t`
/// have the n-gram (scikit-learn's `TfidfTransformer(sublinear_tf=True)`).
public struct InverseDocumentFrequency: Sendable {
  private let weights: [Double]

  /// - Parameter counts: of the training texts, `[texts, n-grams]`.
  public init(_ counts: SparseMatrix) {
    var documents = Array(repeating: 0.0, count: counts.columns)
    for row in 0..<counts.rows {
      for element in counts.row(row) { documents[element.column] += 1 }
    }
    let rows = Double(counts.rows)
    weights = documents.map { log((1 + rows) / (1 + $0)) + 1 }
  }

  public func callAsFunction(_ counts: SparseMatrix) -> SparseMatrix {
    precondition(counts.columns == weights.count, "\(counts.columns) columns for \(weights.count) weights")
    return SparseMatrix(
      columns: counts.columns,
      rows: (0..<counts.rows).lazy.map { index in
        var row = counts.row(index)
        for position in row.indices {
          row[position].value = (1 + log(row[position].value)) * weights[row[position].column]
        }
        let length = row.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
        for position in row.indices { row[position].value /= length }
        return row
      })
  }
}
