import Artifacts
import Diagnostics
import Foundation
import Lineage
import Pipeline

extension PipelineRunner {
  /// Takes up a stage whose inputs are all known: uses a stored result, waits for a stage that makes the
  /// same, or queues it for execution.
  func lookUp(_ name: String) throws {
    let (node, key) = resolved(name)
    if try useStored(node, key) { return }
    if let maker = queue.enter(name, key.digest) { return observe(.waiting(stage: name, maker: maker)) }
    queue.estimates[name] = views.estimate(node) { origin in
      contents[origin].map { .object($0.object, name: $0.fileName) }
    }
    enqueue(name)
  }

  /// Puts a stage into the queue for room; one that the run was stopped before stays out.
  func enqueue(_ name: String) {
    guard schedule.statuses[name] == .open, let node = plan.graph[stage: name] else { return }
    // What cannot fit fails at once and needs no room for that.
    let memory = refusal(of: node) == nil ? max(memory(of: node), queue.peaks[name] ?? 0) : 0
    schedule.queue(name, Schedule.Demand(threads: node.policy.resources.threads, memory: memory))
  }

  /// Executes a stage that there is room for, unless another run has begun to make the same.
  func begin(_ name: String, threads: Int) throws {
    let (node, key) = resolved(name)
    let file = objects.layout.lock(of: key.digest)
    if let lock = try queue.locks.removeValue(forKey: name) ?? FileLock.attempt(file, removesFile: true) {
      // Whoever held the lock may have made what this stage would make.
      return try useStored(node, key) ? () : execute(node, key, lock, threads: threads)
    }
    schedule.reopen(name)
    observe(.waiting(stage: name, maker: nil))
    Thread.detachNewThread { [mailbox] in
      let result = Result { try FileLock.wait(file, removesFile: true) }
      mailbox.post(.unlocked(stage: name, result))
    }
  }

  /// Goes on with a stage whose key no other run holds any more.
  func resume(_ name: String, lock: FileLock) throws {
    // The run may have been stopped while the stage waited.
    guard schedule.statuses[name] == .open else { return }
    let (node, key) = resolved(name)
    if try useStored(node, key) { return }
    queue.locks[name] = lock
    enqueue(name)
  }

  // MARK: Memory

  /// Bytes that a stage is taken to need: what its manifest says, else the estimate.
  private func memory(of node: StageNode) -> Int {
    node.policy.resources.memory.map { Int($0.bytes) } ?? queue.estimates[node.name]?.memory ?? 0
  }

  /// Why a stage is not executed at all; nil if it fits.
  func refusal(of node: StageNode) -> Diagnostic? {
    ResourceReview.refusal(of: node, queue.estimates[node.name], budget: options.budget)
  }
}
