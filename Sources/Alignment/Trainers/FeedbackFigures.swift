import Compute

/// Sums over the rated answers of a batch, for the metrics of KTO.
struct FeedbackFigures {
  let divergence: Double
  private(set) var loss = 0.0
  private var desirable = AnswerFigures()
  private var undesirable = AnswerFigures()

  init(divergence: Double) { self.divergence = divergence }

  mutating func add(
    _ head: HeadOutput, _ tokens: Range<Int>, isDesirable: Bool, reward: Double, logp: Double, loss: Double
  ) {
    self.loss += loss
    if isDesirable {
      desirable.add(head, tokens, reward: reward, logp: logp)
    } else {
      undesirable.add(head, tokens, reward: reward, logp: logp)
    }
  }

  var metrics: [Metric] {
    let margins =
      desirable.count > 0 && undesirable.count > 0
      ? [Metric("rewards/margins", desirable.meanReward - undesirable.meanReward)] : []
    return [Metric("kl", divergence), AnswerFigures.entropy(desirable, undesirable)]
      + desirable.metrics("chosen") + undesirable.metrics("rejected") + margins
  }
}
