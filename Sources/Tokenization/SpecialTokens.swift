/// The tokens with a role, as far as a tokenizer declares them.
public struct SpecialTokens: Sendable, Hashable {
  public struct Token: Sendable, Hashable {
    public var id: Int32
    public var text: String

    public init(id: Int32, text: String) {
      self.id = id
      self.text = text
    }
  }

  public var bos: Token?
  public var eos: Token?
  public var pad: Token?
  public var unk: Token?

  public init(bos: Token? = nil, eos: Token? = nil, pad: Token? = nil, unk: Token? = nil) {
    self.bos = bos
    self.eos = eos
    self.pad = pad
    self.unk = unk
  }
}
