/// How a stage of any kind is to be executed: what it may use, how long it may take, how often it is tried again.
///
/// Nothing of it changes a result, and so nothing of it is in the cache key.
public struct ExecutionPolicy: Configurable, Hashable {
  /// What a stage asks of the machine.
  public struct Resources: Configurable, Hashable {
    /// Threads to compute with; nil for a share of what the run has.
    public var threads: Int?
    /// Memory that it takes at most; nil for an estimate.
    public var memory: ByteCount?

    public init() {}

    public static var fields: [Field<Self>] {
      [
        .optional(
          "threads", \.threads, .integer(in: 1...1024),
          "Threads to compute with; null takes a share of the run's. Never changes a result."),
        .optional(
          "memory", \.memory, .byteCount, "Memory that the stage takes; null lets it be estimated."),
      ]
    }
  }

  public var resources = Resources()
  /// The most that one attempt may take; nil for no limit.
  public var timeout: TimeSpan?
  /// Further attempts after a failure that is none of the stage's own.
  public var retries = 0

  public init() {}

  public static var fields: [Field<Self>] {
    [
      .object("resources", \.resources, "What the stage may use; not in the cache key."),
      .optional("timeout", \.timeout, .timeSpan, "The most that one attempt may take; null sets no limit."),
      .integer(
        "retries", \.retries, in: 0...100,
        "Further attempts if the process is killed or cannot be started; never after an error of the stage."),
    ]
  }

  /// The keys that a stage of any kind accepts.
  static let keys = fields.map(\.name)
}
