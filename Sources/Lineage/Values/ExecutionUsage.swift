/// What an execution used of the machine.
public struct ExecutionUsage: Sendable, Hashable {
  /// Threads that it computed with; nil if it is not known.
  public var threads: Int?
  /// Bytes of memory that were expected; nil without an estimate.
  public var estimatedMemory: Int?
  /// Bytes of memory at its peak; nil as long as it runs.
  public var peakMemory: Int?
  /// Seconds of all processors together; nil as long as it runs.
  public var processorSeconds: Double?

  public init(
    threads: Int? = nil, estimatedMemory: Int? = nil, peakMemory: Int? = nil, processorSeconds: Double? = nil
  ) {
    self.threads = threads
    self.estimatedMemory = estimatedMemory
    self.peakMemory = peakMemory
    self.processorSeconds = processorSeconds
  }
}
