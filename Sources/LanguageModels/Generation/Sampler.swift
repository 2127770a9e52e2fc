import Compute
import Foundation

/// Chooses a token from logits.
struct Sampler {
  let options: GenerationOptions
  private let random: CounterRandom

  init(_ options: GenerationOptions) {
    self.options = options
    random = CounterRandom(seed: options.seed, purpose: .sampling)
  }

  /// The chosen token and its log-probability at temperature 1.
  ///
  /// - Parameters:
  ///   - stream, step: which sequence and which of its tokens; the choice depends on them and the seed only.
  func choose(_ logits: [Float], stream: Int, step: Int) -> (token: Int32, logProbability: Float) {
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    let token = options.temperature > 0 ? sample(logits, top: logits[best], stream, step) : best
    return (Int32(token), logits[token] - logSumOfExponentials(logits, top: logits[best]))
  }

  private func sample(_ logits: [Float], top: Float, _ stream: Int, _ step: Int) -> Int {
    let scale = 1 / Float(options.temperature)
    var weights = logits
    for index in weights.indices { weights[index] = (logits[index] - top) * scale }
    exponentiate(&weights)
    if options.topK > 0 || options.topP < 1 { keepLikeliest(&weights) }
    var total = 0.0
    for weight in weights { total += Double(weight) }
    let target = random.uniform(stream: UInt64(stream), index: UInt64(step)) * total
    var sum = 0.0
    var last = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      sum += Double(weight)
      last = index
      if sum > target { return index }
    }
    return last
  }

  /// Zeroes what top-k and then top-p leave out; equal weights are ranked by token.
  private func keepLikeliest(_ weights: inout [Float]) {
    let order = weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }
    var kept = options.topK > 0 ? min(options.topK, order.count) : order.count
    if options.topP < 1 {
      var total = 0.0
      for index in order[..<kept] { total += Double(weights[index]) }
      var sum = 0.0
      for (rank, index) in order[..<kept].enumerated() {
        sum += Double(weights[index])
        if sum >= options.topP * total {
          kept = rank + 1
          break
        }
      }
    }
    for index in order[kept...] { weights[index] = 0 }
  }

  private func logSumOfExponentials(_ logits: [Float], top: Float) -> Float {
    var values = logits
    for index in values.indices { values[index] -= top }
    exponentiate(&values)
    var sum = 0.0
    for value in values { sum += Double(value) }
    return top + Float(log(sum))
  }
}
