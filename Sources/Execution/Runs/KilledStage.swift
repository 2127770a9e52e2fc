import Diagnostics
import Pipeline

/// What is known of a stage whose process was ended by SIGKILL, which does not say who sent it or why.
package struct KilledStage {
  /// The share of the machine's memory from which on a process is taken to have died for it.
  private static let scarcity = 0.9

  /// Bytes at its peak; nil if not known.
  package var peakMemory: Int?
  /// Bytes that were expected; nil if not known.
  package var expectedMemory: Int?
  /// Bytes that there are.
  package var machineMemory: Int
  /// Processes that the system ended for want of memory while the stage ran.
  package var memoryKills: Int
  /// The last checkpoint; nil without one.
  package var saved: StageProgress?
  /// Whether the stage may be tried again by itself.
  package var hasRetries: Bool

  package init(
    peakMemory: Int?, expectedMemory: Int?, machineMemory: Int, memoryKills: Int, saved: StageProgress?,
    hasRetries: Bool
  ) {
    self.peakMemory = peakMemory
    self.expectedMemory = expectedMemory
    self.machineMemory = machineMemory
    self.memoryKills = memoryKills
    self.saved = saved
    self.hasRetries = hasRetries
  }

  package var diagnostic: Diagnostic {
    Diagnostic(.stageKilled, message, hint: hints.joined(separator: "; "))
  }

  private var isNearLimit: Bool {
    Double(peakMemory ?? 0) >= Self.scarcity * Double(machineMemory)
  }

  private var message: String {
    let cause =
      memoryKills > 0
      ? ", and the system ended a process meanwhile because memory ran out"
      : isNearLimit ? ", probably because memory ran out" : ""
    let size = { (bytes: Int) in "\(ByteCount(bytes: Int64(bytes)))" }
    let peak = peakMemory.map { "it had \(size($0))" + (isNearLimit ? " of \(size(machineMemory))" : "") }
    let expected = expectedMemory.map { "\(size($0)) were expected" }
    let figures = [peak, expected].compactMap(\.self)
    return "the stage's process was killed by signal 9 (SIGKILL)\(cause)"
      + (figures.isEmpty ? "" : "; " + figures.joined(separator: ", "))
  }

  private var hints: [String] {
    [
      memoryKills > 0 || isNearLimit
        ? "lower 'micro_batch_size' or 'max_length', or give the machine more memory" : nil,
      saved.map { "the next run goes on from its checkpoint, at \($0.done) of \($0.total) \($0.unit)" }
        ?? "it had no checkpoint: the next run begins it anew",
      hasRetries ? nil : "with 'retries: 1' the stage is tried again by itself",
    ].compactMap(\.self)
  }
}
