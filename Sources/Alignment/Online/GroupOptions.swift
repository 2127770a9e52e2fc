/// What group training is told whatever its objective; names are TRL 1.16's.
public struct GroupOptions: Sendable, Hashable {
  /// Answers to each prompt, G.
  public var generations: Int
  /// Optimiser steps on each batch of answers.
  public var iterations = 1
  /// Most tokens of an answer.
  public var maximumCompletionLength = 512
  /// Divides the logits in sampling and in every log-probability.
  public var temperature = 1.0
  /// Weight of the KL to the reference; 0 needs none.
  public var beta: Double
  /// The ratio is clipped below `1 - epsilon` …
  public var epsilon = 0.2
  /// … and above `1 + epsilon_high`; `epsilon` if nil.
  public var epsilonHigh: Double?
  /// Whether answers that do not end carry no loss (DAPO's overlong filtering, Yu et al. 2025).
  public var masksTruncatedCompletions = false

  public init(generations: Int, beta: Double) {
    self.generations = generations
    self.beta = beta
  }

  func surrogate(bound: Double? = nil) -> ProximalPolicyLoss {
    ProximalPolicyLoss(low: epsilon, high: epsilonHigh ?? epsilon, bound: bound)
  }

  /// Tokens of an answer that carry loss.
  func trainedLength(_ rollout: Rollout) -> Int {
    masksTruncatedCompletions && !rollout.endsWithEOS ? 0 : rollout.length
  }
}
