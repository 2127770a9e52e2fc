import CKernels
import Foundation
import Synchronization

/// A persistent team of threads that shares out the chunks of one loop at a time.
///
/// Chunk borders are the caller's and depend on shapes only, so results are bitwise the same for any number of
/// threads; chunks are taken from an atomic counter, so a descheduled worker costs one chunk, not a barrier.
/// Idle workers spin for some 30 µs, then sleep.
///
/// `@unchecked Sendable`: `body` is written by the one calling thread before a ticket is published and read by
/// workers only after they took a chunk of that ticket, which keeps `run` from returning.
public final class ThreadTeam: @unchecked Sendable {
  /// Threads that compute, the caller included.
  public let count: Int
  /// What has been asked for since this was set; nil counts nothing. Only the thread that calls `run` touches it.
  public var counts: WorkCounts?

  /// One 64-bit word: generation (24 bits), number of chunks (20), next chunk (20).
  private let ticket = Atomic<UInt64>(0)
  private let completed = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let isStopping = Atomic<Bool>(false)
  private var body: ((Int, Int) -> Void)?
  private var generation: UInt64 = 0
  private let condition = NSCondition()

  private static let fieldBits: UInt64 = 20
  private static let fieldMask: UInt64 = (1 << fieldBits) - 1
  private static let spins = 2_000

  /// - Parameter count: threads to compute with; all processors when nil.
  public init(count: Int? = nil) {
    self.count = max(1, count ?? ProcessInfo.processInfo.activeProcessorCount)
    for worker in 1..<max(1, self.count) {
      // A worker keeps the team alive until it is told to stop, however late its thread starts.
      let thread = Thread { self.work(as: worker) }
      thread.stackSize = 1 << 20
      thread.name = "compute-\(worker)"
      thread.start()
    }
  }

  /// Ends the workers, which otherwise live as long as the process; the team must be idle and computes no more.
  public func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }

  /// Calls `body(chunk, worker)` once for each chunk in `0..<chunks`, in any order and on any thread of the team.
  ///
  /// `worker` is in `0..<count`; it may choose scratch memory but must not influence a result. One thread at a time
  /// may call this, and no chunk may.
  public func run(_ chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
    precondition(chunks <= Int(Self.fieldMask), "\(chunks) chunks are more than a ticket can hold")
    if chunks <= 1 || count == 1 {
      for chunk in 0..<max(0, chunks) { body(chunk, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      self.body = body
      completed.store(0, ordering: .relaxed)
      generation = (generation + 1) & 0xFF_FFFF
      let published = generation << (2 * Self.fieldBits) | UInt64(chunks) << Self.fieldBits
      ticket.store(published, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
        condition.lock()
        condition.broadcast()
        condition.unlock()
      }
      while takeChunk(as: 0) {}
      var waits = 0
      while completed.load(ordering: .acquiring) < chunks {
        pl_pause()
        waits += 1
        if waits % 4096 == 0 { sched_yield() }
      }
      self.body = nil
    }
  }

  /// Takes and runs one chunk of the current ticket; false when none is left.
  private func takeChunk(as worker: Int) -> Bool {
    var current = ticket.load(ordering: .acquiring)
    while true {
      let chunk = current & Self.fieldMask
      if chunk >= current >> Self.fieldBits & Self.fieldMask { return false }
      let (exchanged, original) = ticket.weakCompareExchange(
        expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
      if exchanged {
        body?(Int(chunk), worker)
        completed.add(1, ordering: .releasing)
        return true
      }
      current = original
    }
  }

  private func work(as worker: Int) {
    var idle = 0
    while !isStopping.load(ordering: .relaxed) {
      if takeChunk(as: worker) {
        idle = 0
        continue
      }
      idle += 1
      if idle < Self.spins {
        pl_pause()
      } else {
        sleep()
        idle = 0
      }
    }
  }

  private func sleep() {
    condition.lock()
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while !hasWork, !isStopping.load(ordering: .sequentiallyConsistent) { condition.wait() }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    condition.unlock()
  }

  private var hasWork: Bool {
    let current = ticket.load(ordering: .sequentiallyConsistent)
    return current & Self.fieldMask < current >> Self.fieldBits & Self.fieldMask
  }
}
