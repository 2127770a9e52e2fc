import Compute

/// Sums over the pairs of a batch, for the metrics of preference training.
struct PreferenceFigures {
  private(set) var loss = 0.0
  private var wins = 0
  private var chosen = AnswerFigures()
  private var rejected = AnswerFigures()
  private var own: [Metric] = []

  mutating func add(
    _ head: HeadOutput, _ answers: (chosen: PairBatch.Answer, rejected: PairBatch.Answer),
    _ pair: PreferencePair, method: PreferenceMethod, loss: Double
  ) {
    let chosenReward = method.reward(of: pair.chosen)
    let rejectedReward = method.reward(of: pair.rejected)
    self.loss += loss
    wins += chosenReward > rejectedReward ? 1 : 0
    chosen.add(
      head, answers.chosen.tokens, reward: chosenReward, logp: method.logProbability(of: pair.chosen))
    rejected.add(
      head, answers.rejected.tokens, reward: rejectedReward, logp: method.logProbability(of: pair.rejected))
  }

  /// Adds parts of a loss's own figures.
  mutating func add(_ figures: [Metric]) {
    own =
      own.isEmpty
      ? figures : zip(own, figures).map { Metric($0.name, $0.value + $1.value) }
  }

  var metrics: [Metric] {
    chosen.metrics("chosen") + rejected.metrics("rejected") + [
      Metric("rewards/accuracies", Double(wins) / Double(max(1, chosen.count))),
      Metric("rewards/margins", chosen.meanReward - rejected.meanReward),
      AnswerFigures.entropy(chosen, rejected), Metric("mean_token_accuracy", chosen.tokenAccuracy),
    ] + own
  }
}

extension PreferenceMethod {
  /// `β (log π - log ref)`, or `β` times the mean log-probability of a token.
  func reward(of answer: PreferencePair.Answer) -> Double {
    beta * (loss.averagesTokens ? logProbability(of: answer) : answer.logRatio)
  }

  /// The log-probability that is reported: of the answer, or of a token of it in the mean.
  func logProbability(of answer: PreferencePair.Answer) -> Double {
    loss.averagesTokens ? answer.policy / Double(answer.length) : answer.policy
  }
}
