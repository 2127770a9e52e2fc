import Compute

/// Chooses a token from logits.
struct Sampler {
  let options: GenerationOptions
  private let random: CounterRandom

  init(_ options: GenerationOptions) {
    self.options = options
    random = CounterRandom(seed: options.seed, purpose: .sampling)
  }

  struct Choice {
    let token: Int32
    /// At temperature 1, in nats.
    let logProbability: Float
  }

  /// - Parameters:
  ///   - stream, step: which sequence and which of its tokens; the choice depends on them and the seed only.
  func choose(_ logits: UnsafeBufferPointer<Float>, stream: Int, step: Int) -> Choice {
    var (best, top) = (0, logits[0])
    for (index, logit) in logits.enumerated() where logit > top { (best, top) = (index, logit) }
    let token = options.temperature > 0 ? sample(logits, top: top, stream, step) : best
    return Choice(token: Int32(token), logProbability: logits[token] - logSumOfExponentials(logits))
  }

  private func sample(_ logits: UnsafeBufferPointer<Float>, top: Float, _ stream: Int, _ step: Int) -> Int {
    let scale = 1 / Float(options.temperature)
    var weights = logits.map { ($0 - top) * scale }
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
}
