import DataLoading
import Foundation

/// Where what a frozen model says of rows outlasts a training, so that the next one on the same rows need not ask again;
/// losing it costs time only.
public protocol ScoreStorage {
  /// Tells rows from others.
  ///
  /// - Parameter rows: of each row, in order, all that decides its score beside the model.
  func key(of rows: some Sequence<[UInt8]>) -> String

  /// The bytes that were saved under a key; nil if there are not so many.
  func load(_ key: String, byteCount: Int) -> Data?
  func save(_ scores: Data, as key: String)
}

extension TokenizedSequence {
  /// What decides the log-probabilities of the trained tokens under a model.
  var scoreKey: [UInt8] {
    var key: [UInt8] = []
    for count in [ids.count, completionStart] { withUnsafeBytes(of: count) { key += $0 } }
    ids.withUnsafeBytes { key += $0 }
    return key + trained.map { $0 ? 1 : 0 }
  }
}

extension TokenizedPair {
  /// What decides the log-probabilities of both answers under a model.
  ///
  /// - Parameter desensitization: weight of the tokens of the longer answer that the other has no counterpart of.
  func scoreKey(desensitization: Double?) -> [UInt8] {
    withUnsafeBytes(of: desensitization ?? 1) { Array($0) } + chosen.scoreKey + rejected.scoreKey
  }
}
