import Compute

/// One micro-batch of pairs after its forward pass: what a loss is told of it, and the way back.
struct PreferencePass {
  let pairs: [PreferencePair]
  private let tape: Tape
  private let head: HeadOutput
  private let batch: PairBatch
  /// d score / d log-probability of each pair's answers.
  private let slopes: [(chosen: Double, rejected: Double)]

  init(
    tape: Tape, head: HeadOutput, batch: PairBatch, references: [(chosen: Double, rejected: Double)],
    _ method: PreferenceMethod
  ) {
    self.tape = tape
    self.head = head
    self.batch = batch
    var slopes: [(chosen: Double, rejected: Double)] = []
    pairs = zip(batch.answers, references).map { answers, reference in
      let chosen = Self.measure(answers.chosen, head, reference: reference.chosen, method)
      let rejected = Self.measure(answers.rejected, head, reference: reference.rejected, method)
      slopes.append((chosen.slope, rejected.slope))
      let trained = answers.chosen.prompt.lowerBound..<answers.chosen.tokens.upperBound
      return PreferencePair(
        chosen: chosen.answer, rejected: rejected.answer,
        weight: method.usesWeighting
          ? answers.chosen.likeliness(head) * answers.rejected.likeliness(head) : 1,
        likelihood: head.logProbabilities[trained].reduce(0.0) { $0 + Double($1) })
    }
    self.slopes = slopes
  }

  private static func measure(
    _ answer: PairBatch.Answer, _ head: HeadOutput, reference: Double, _ method: PreferenceMethod
  ) -> (answer: PreferencePair.Answer, slope: Double) {
    let policy = answer.logProbability(head, method.lengthDesensitization)
    let score = method.divergence(policy - reference)
    return (
      PreferencePair.Answer(
        policy: policy, reference: reference, score: score.score, length: answer.length), score.slope
    )
  }

  /// Carries the derivatives of the pairs' losses back to the tokens and on into the parameters.
  func backward(_ losses: [PairLoss], _ method: PreferenceMethod) {
    var gradient = Array(repeating: Float(0), count: head.logProbabilities.count)
    func spread(_ slope: Double, over answer: PairBatch.Answer, likelihood: Double) {
      for (position, weight) in zip(answer.tokens, answer.weights(method.lengthDesensitization)) {
        gradient[position] = Float(slope * weight + likelihood)
      }
      for position in answer.prompt { gradient[position] = Float(likelihood) }
    }
    for (index, loss) in losses.enumerated() {
      let (chosen, rejected) = batch.answers[index]
      spread(loss.chosen * slopes[index].chosen, over: chosen, likelihood: loss.likelihood)
      spread(loss.rejected * slopes[index].rejected, over: rejected, likelihood: 0)
    }
    head.gradient = gradient
    tape.backward()
  }

  func report(_ losses: [PairLoss], _ method: PreferenceMethod, to figures: inout PreferenceFigures) {
    for (index, loss) in losses.enumerated() {
      figures.add(head, batch.answers[index], pairs[index], method: method, loss: loss.loss)
    }
  }
}
