import Compute
import DataLoading
import LanguageModels

/// How answers are sampled: from the policy's whole distribution, so that scoring can reproduce it.
public struct RolloutSampling: Sendable, Hashable {
  /// Most tokens of an answer.
  public var maximumTokens: Int
  /// The manifest's key for it, for messages.
  public var lengthKey: String
  /// Divides the logits.
  public var temperature: Double
  /// Tokens that end an answer.
  public var endIDs: Set<Int32>
  /// Whether sampling ends with the answer, or goes on to the full length.
  public var stopsAtEnd = true

  public init(
    maximumTokens: Int, lengthKey: String, temperature: Double, endIDs: Set<Int32>, stopsAtEnd: Bool = true
  ) {
    self.maximumTokens = maximumTokens
    self.lengthKey = lengthKey
    self.temperature = temperature
    self.endIDs = endIDs
    self.stopsAtEnd = stopsAtEnd
  }

  /// Samples an answer to each prompt.
  ///
  /// - Parameter firstStream: number of the first answer; its random numbers depend on it and the seed only.
  func respond(
    to prompts: [TokenizedPrompt], by policy: LanguageModel, seed: UInt64, firstStream: Int,
    workspace: Workspace
  ) -> [Rollout] {
    let generations = policy.generate(
      prompts.map(\.ids),
      options: GenerationOptions(
        maximumTokens: maximumTokens, temperature: temperature, seed: seed,
        endIDs: stopsAtEnd ? endIDs : []),
      workspace: workspace, slots: prompts.count, streams: prompts.indices.map { firstStream + $0 })
    return zip(prompts, generations).map { prompt, generation in
      var rollout = Rollout(query: prompt.ids, response: generation.ids, endIDs: endIDs)
      rollout.expectedAnswer = prompt.answer
      return rollout
    }
  }
}
