import Compute
import LanguageModels

/// One model's answers to a list of prompts.
public struct SampledAnswers: Sendable {
  public struct Answer: Sendable, Hashable {
    public var prompt: [Int32]
    public var ids: [Int32]
    /// Decoded, without the token that ended it.
    public var text: String
    /// Whether the model ended it, rather than the limit.
    public var ended: Bool
  }

  public let answers: [Answer]

  public init(_ answers: [Answer]) { self.answers = answers }

  /// Answers each prompt; equal prompts of two models share their random numbers.
  public init(
    _ model: LanguageModel, prompts: [[Int32]], options: GenerationOptions, workspace: Workspace
  ) {
    var options = options
    options.endIDs = model.endIDs
    let generations = model.generate(prompts, options: options, workspace: workspace)
    answers = zip(prompts, generations).map { prompt, generation in
      let ended = generation.finishReason == .stop
      let text = model.tokenizer.decode(ended ? generation.ids.dropLast() : generation.ids)
      return Answer(prompt: prompt, ids: generation.ids, text: text, ended: ended)
    }
  }

  /// Mean words, mean tokens, share that ended, and the shares of distinct words and word pairs.
  public var figures: [Metric] {
    let count = Double(max(1, answers.count))
    let words = answers.map { RuleJudge.words(of: $0.text) }
    return [
      Metric("words", Double(words.reduce(0) { $0 + $1.count }) / count),
      Metric("tokens", Double(answers.reduce(0) { $0 + $1.ids.count }) / count),
      Metric("ended", Double(answers.count { $0.ended }) / count),
      Metric("distinct_1", Self.distinct(words.flatMap { $0.map(String.init) })),
      Metric(
        "distinct_2", Self.distinct(words.flatMap { zip($0, $0.dropFirst()).map { "\($0) \($1)" } })),
    ]
  }

  /// Share of n-grams that differ (Li et al. 2016).
  private static func distinct(_ grams: [String]) -> Double {
    grams.isEmpty ? 0 : Double(Set(grams).count) / Double(grams.count)
  }
}

extension LanguageModel {
  /// Mean over answers of `Σ (log π - log π_other)` on this model's own samples: an unbiased estimate of the KL
  /// divergence between the two models' answers, in nats per answer.
  public func divergence(
    from other: LanguageModel, on answers: [SampledAnswers.Answer], temperature: Double,
    workspace: Workspace
  ) -> Double {
    let sequences = answers.filter { !$0.ids.isEmpty }.map {
      (ids: $0.prompt + $0.ids, first: $0.prompt.count)
    }
    let divisor = Float(temperature > 0 ? temperature : 1)
    let own = tokenLogProbabilities(sequences, workspace: workspace, temperature: divisor)
    let others = other.tokenLogProbabilities(sequences, workspace: workspace, temperature: divisor)
    let sum = zip(own.joined(), others.joined()).reduce(0.0) { $0 + Double($1.0) - Double($1.1) }
    return sum / Double(max(1, sequences.count))
  }
}

/// Share of prompts on which the first score is greater; ties count half.
public func winRate(_ scores: [Double], against others: [Double]) -> Double {
  precondition(scores.count == others.count, "\(scores.count) against \(others.count) answers")
  let wins = zip(scores, others).reduce(0.0) { $0 + ($1.0 > $1.1 ? 1 : $1.0 == $1.1 ? 0.5 : 0) }
  return wins / Double(max(1, scores.count))
}
