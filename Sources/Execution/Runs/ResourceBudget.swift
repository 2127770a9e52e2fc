/// What all running stages of a run may use together.
public struct ResourceBudget: Sendable, Hashable {
  public var threads: Int
  /// Bytes.
  public var memory: Int
  /// Most threads of a stage that does not say how many it wants.
  public var threadsOfStage: Int

  /// - Parameter threadsOfStage: as many as `threads` when nil.
  public init(threads: Int, memory: Int, threadsOfStage: Int? = nil) {
    precondition(threads > 0 && memory > 0, "a budget of \(threads) threads and \(memory) bytes")
    self.threads = threads
    self.memory = memory
    self.threadsOfStage = max(1, threadsOfStage ?? threads)
  }

  /// Of the memory that may be used, the share that is left to this process and to what estimates miss.
  private static let margin = 0.1

  /// What the machine lets a run have.
  ///
  /// - Parameters:
  ///   - jobs: stages at a time, each of which has at least one thread.
  ///   - threads: what the user wants instead.
  ///   - memory: what the user wants instead, in bytes.
  public static func make(jobs: Int, threads: Int? = nil, memory: Int? = nil) -> ResourceBudget {
    let machine = MachineResources.current
    return ResourceBudget(
      threads: threads ?? max(machine.cores, jobs),
      memory: memory ?? max(1, Int(Double(machine.memory) * (1 - margin))),
      threadsOfStage: threads ?? machine.cores)
  }
}
