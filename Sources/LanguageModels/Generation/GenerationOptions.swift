/// How tokens are chosen and when a generation ends.
public struct GenerationOptions: Sendable, Hashable {
  /// Most tokens to add.
  public var maximumTokens: Int
  /// Divides the logits; 0 takes the likeliest token.
  public var temperature: Double
  /// Keeps only the likeliest tokens; 0 keeps all.
  public var topK: Int
  /// Keeps the likeliest tokens whose probabilities first reach this sum; 1 keeps all.
  public var topP: Double
  public var seed: UInt64
  /// Tokens that end a generation; the one that did is part of it.
  public var endIDs: Set<Int32>

  public init(
    maximumTokens: Int, temperature: Double = 1, topK: Int = 0, topP: Double = 1, seed: UInt64 = 0,
    endIDs: Set<Int32> = []
  ) {
    self.maximumTokens = maximumTokens
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.seed = seed
    self.endIDs = endIDs
  }
}

/// What was added to one prompt.
public struct Generation: Sendable, Hashable {
  public enum FinishReason: String, Sendable { case stop, length, cancelled }

  public var ids: [Int32]
  /// Log-probability of each id under the model at temperature 1, in nats.
  public var logProbabilities: [Float]
  public var finishReason: FinishReason
}
