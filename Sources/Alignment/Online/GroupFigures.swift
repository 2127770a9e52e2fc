/// Sums over the answers of one optimiser step of group training.
struct GroupFigures {
  private(set) var loss = 0.0
  private var divergence: Double?
  private var entropy = 0.0
  private var ratioSum = 0.0
  private var tokens = 0
  private var ratios = 0
  private var low = 0
  private var high = 0
  /// Least and greatest share of clipped ratios in an answer.
  private var lowMinimum = Double.infinity
  private var highMaximum = -Double.infinity

  /// - Parameter entropies: of the answer's trained tokens, in nats.
  mutating func add(_ answer: AnswerLoss, entropies: some Sequence<Float>) {
    loss += answer.loss
    if let more = answer.divergence { divergence = (divergence ?? 0) + more }
    for entropy in entropies { self.entropy += Double(entropy) }
    ratioSum += answer.ratioSum
    tokens += answer.slopes.count
    ratios += answer.ratios
    low += answer.clippedLow
    high += answer.clippedHigh
    guard answer.ratios > 0 else { return }
    lowMinimum = min(lowMinimum, Double(answer.clippedLow) / Double(answer.ratios))
    highMaximum = max(highMaximum, Double(answer.clippedHigh) / Double(answer.ratios))
  }

  var metrics: [Metric] {
    let tokens = Double(max(1, tokens))
    let ratios = Double(max(1, ratios))
    let kl = divergence.map { [Metric("kl", $0 / tokens)] } ?? []
    return kl + [
      Metric("entropy", entropy / tokens), Metric("clip_ratio/low_mean", Double(low) / ratios),
      Metric("clip_ratio/high_mean", Double(high) / ratios),
      Metric("clip_ratio/region_mean", Double(low + high) / ratios),
      Metric("clip_ratio/low_min", lowMinimum.isFinite ? lowMinimum : 0),
      Metric("clip_ratio/high_max", highMaximum.isFinite ? highMaximum : 0),
      Metric("importance_ratio/mean", self.ratios > 0 ? ratioSum / ratios : 1),
    ]
  }
}
