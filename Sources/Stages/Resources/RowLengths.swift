import DataLoading
import Foundation
import Pipeline
import Synchronization
import Tokenization

/// How many tokens the rows of a data input bring into a pass, judged by some of them.
struct RowLengths: Sendable {
  /// Rows of the file, or about how many.
  let count: Int
  /// Tokens of the rows that were looked at, all sequences of a row together.
  private let sample: [Int]

  /// Rows that are looked at, at most.
  private static let sampleSize = 256
  /// Bytes of the file that they are looked for in: whoever waits for an estimate does not wait for a whole file.
  private static let sampleBytes = 4 << 20
  /// Standard deviations above the mean that the greatest of many batches comes to.
  private static let spread = 2.5

  init(count: Int, sample: [Int]) {
    self.count = count
    self.sample = sample
  }

  /// The most tokens that `rows` rows at a time come to.
  func most(of rows: Int) -> Int {
    let rows = min(rows, count)
    guard rows > 0, let longest = sample.max() else { return 0 }
    // A batch of all rows is known.
    if rows == count, sample.count == count { return sample.reduce(0, +) }
    let mean = Double(sample.reduce(0, +)) / Double(sample.count)
    let variance = sample.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(sample.count)
    let batch = Double(rows) * mean + Self.spread * (Double(rows) * variance).squareRoot()
    return min(rows * longest, Int(batch.rounded(.up)))
  }

  /// The most tokens of one row.
  var longest: Int { sample.max() ?? 0 }
}

extension RowLengths {
  private struct Request: Hashable {
    var data: String
    var tokenizer: String
    var options: DataOptions
    var form: String
  }

  /// What was counted before, by content: many stages of a matrix read the same rows.
  private static let known = Mutex<[Request: RowLengths]>([:])

  /// - Parameters:
  ///   - model: the input whose tokenizer reads the rows.
  ///   - form: names what `tokens` counts.
  ///   - tokens: counts the tokens of each of some rows.
  /// - Returns: nil if the rows cannot be read, which the look at the inputs tells.
  static func of(
    _ input: StageInput, _ options: DataOptions, model: StageInput, form: String,
    _ tokens: (RowTokenizer, [LocatedRecord]) throws -> [Int]
  ) -> RowLengths? {
    let request = Request(data: input.digest, tokenizer: model.digest, options: options, form: form)
    if let lengths = known.withLock({ $0[request] }) { return lengths }
    guard
      let file = try? RecordFile.sample(
        input.path, displayName: input.displayName, kind: try input.dataKind, bytes: sampleBytes),
      !file.rows.isEmpty,
      let tokenizer = try? Tokenizer.load(directory: model.path),
      let rows = try? options.rowTokenizer(tokenizer, file: input.displayName)
    else { return nil }
    let step = (file.rows.count + sampleSize - 1) / sampleSize
    let chosen = stride(from: 0, to: file.rows.count, by: step).map { file.rows[$0] }
    guard let sample = try? tokens(rows, chosen) else { return nil }
    let lengths = RowLengths(count: file.count, sample: sample)
    known.withLock { $0[request] = lengths }
    return lengths
  }
}
