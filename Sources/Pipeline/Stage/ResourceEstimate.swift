/// What a stage is expected to need while it runs.
public struct ResourceEstimate: Sendable, Hashable {
  /// Something that takes memory at the stage's peak.
  public struct Part: Sendable, Hashable {
    /// Such as `weights` or `activations of 8 rows`.
    public var name: String
    public var bytes: Int

    public init(_ name: String, bytes: Int) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// Held at the same time.
  public var parts: [Part]
  /// What would make it less, such as `lower 'micro_batch_size'`; nil if nothing would.
  public var advice: String?

  public init(_ parts: [Part], advice: String? = nil) {
    self.parts = parts.filter { $0.bytes > 0 }
    self.advice = advice
  }

  /// Bytes.
  public var memory: Int { parts.reduce(0) { Int(clamping: Double($0) + Double($1.bytes)) } }
}

extension Int {
  /// The nearest integer to a figure that may be too great for one.
  fileprivate init(clamping value: Double) { self = value < 9e18 ? Int(value) : Int.max }
}
