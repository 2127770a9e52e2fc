/// What a byte-level BPE tokenizer is trained to.
public struct BPETrainingOptions: Sendable {
  /// Tokens in all: special tokens, 256 bytes and merges.
  public var vocabularySize: Int
  /// Pairs seen less often are not merged.
  public var minimumFrequency: Int
  /// Get the lowest ids, in this order; text is cut at them and they are never part of a merge.
  public var specialTokens: [String]
  /// Which of the special tokens has which role.
  public var bosToken: String?
  public var eosToken: String?
  public var padToken: String?
  public var chatTemplate: ChatTemplate?

  public init(
    vocabularySize: Int, minimumFrequency: Int = 2,
    specialTokens: [String] = ["<|endoftext|>", "<|pad|>", "<|im_start|>", "<|im_end|>"],
    bosToken: String? = nil, eosToken: String? = "<|endoftext|>", padToken: String? = "<|pad|>",
    chatTemplate: ChatTemplate? = .chatML
  ) {
    self.vocabularySize = vocabularySize
    self.minimumFrequency = minimumFrequency
    self.specialTokens = specialTokens
    self.bosToken = bosToken
    self.eosToken = eosToken
    self.padToken = padToken
    self.chatTemplate = chatTemplate
  }
}

/// How far training has come.
public struct BPETrainingProgress: Sendable, Hashable {
  /// Merges found so far.
  public var merges: Int
  /// Merges wanted; training ends earlier when no pair is left.
  public var total: Int
}
