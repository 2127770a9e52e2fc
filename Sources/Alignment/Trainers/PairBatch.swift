import Compute
import DataLoading
import Foundation
import LanguageModels

/// Pairs laid out for one pass through a model.
struct PairBatch {
  /// Where an answer's figures lie in the head's output.
  struct Answer {
    /// The answer's own tokens.
    let tokens: Range<Int>
    /// Those of its prompt that are scored too.
    let prompt: Range<Int>
    /// Tokens of the answer, scored or not.
    let length: Int
    /// How many of the answer's first tokens count in full under length desensitisation.
    let shared: Int
  }

  let prediction: PredictionBatch
  let answers: [(chosen: Answer, rejected: Answer)]

  /// - Parameter spansPrompt: whether the prompt in front of a chosen answer is scored too.
  init(_ pairs: [TokenizedPair], spansPrompt: Bool, for model: LanguageModel) {
    let prediction = PredictionBatch(
      pairs.flatMap { pair in
        [
          (
            pair.chosen.ids,
            spansPrompt ? Array(1..<max(1, pair.chosen.ids.count)) : pair.chosen.targets
          ), (pair.rejected.ids, pair.rejected.targets),
        ]
      }, for: model)
    let ranges = prediction.outputRanges
    answers = pairs.enumerated().map { index, pair in
      (
        Answer(pair.chosen, in: ranges[2 * index], other: pair.rejected),
        Answer(pair.rejected, in: ranges[2 * index + 1], other: pair.chosen)
      )
    }
    self.prediction = prediction
  }
}

extension PairBatch.Answer {
  /// - Parameter range: the scored tokens of the sequence, the answer's last.
  fileprivate init(_ sequence: TokenizedSequence, in range: Range<Int>, other: TokenizedSequence) {
    let count = sequence.trainedCount
    let start = range.upperBound - count
    self.init(
      tokens: start..<range.upperBound, prompt: range.lowerBound..<start,
      length: sequence.ids.count - sequence.completionStart, shared: min(count, other.trainedCount))
  }

  /// Weights of the answer's tokens: 1, or `desensitization` behind the other answer's length.
  func weights(_ desensitization: Double?) -> [Double] {
    guard let desensitization else { return Array(repeating: 1, count: tokens.count) }
    return tokens.indices.map { $0 - tokens.lowerBound < shared ? 1 : desensitization }
  }

  /// Log-probability of the answer: the weighted sum over its tokens, in nats.
  func logProbability(_ head: HeadOutput, _ desensitization: Double?) -> Double {
    zip(head.logProbabilities[tokens], weights(desensitization)).reduce(0) { $0 + Double($1.0) * $1.1 }
  }

  /// `exp` of the mean over tokens of `log p - log Σ p²`: how likely the policy finds the answer, against sampling
  /// it (WPO, Zhou et al. 2024, eq. 2).
  func likeliness(_ head: HeadOutput) -> Double {
    let sum = tokens.reduce(0.0) {
      $0 + Double(head.logProbabilities[$1]) - Double(head.logSumSquaredProbabilities[$1])
    }
    return exp(sum / Double(max(1, tokens.count)))
  }
}
