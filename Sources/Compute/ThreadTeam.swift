import CKernels
import Foundation
import Synchronization

/// A persistent team of threads that shares out the chunks of one loop at a time.
///
/// Chunk borders are the caller's and depend on shapes only, so results are bitwise the same for any number of
/// threads. Every thread begins with a share of neighbouring chunks, the same part of every loop, so that it finds in its
/// cache what it wrote in the loop before; then it helps others from their ends, so a descheduled worker costs one chunk,
/// not a barrier. Idle workers spin for some 30 µs, then sleep.
///
/// `@unchecked Sendable`: `body` is written by the one calling thread before a loop is published and read by
/// workers only after they took a chunk of it, which keeps `run` from returning.
public final class ThreadTeam: @unchecked Sendable {
  /// Threads that compute, the caller included.
  public let count: Int
  /// What has been asked for since this was set; nil counts nothing. Only the thread that calls `run` touches it.
  public var counts: WorkCounts?
  /// Time that loops took since this was set, by the function that asked for them; nil measures nothing. Only the thread
  /// that calls `run` touches it.
  public var timings: [String: Duration]?

  /// One for each thread.
  private let shares: UnsafeMutablePointer<ChunkShare>
  private let completed = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let isStopping = Atomic<Bool>(false)
  private var body: ((Int, Int) -> Void)?
  private var generation: UInt64 = 0
  private let condition = NSCondition()

  private static let spins = 2_000

  /// - Parameter count: threads to compute with; all processors when nil.
  public init(count: Int? = nil) {
    self.count = max(1, count ?? ProcessInfo.processInfo.activeProcessorCount)
    shares = UnsafeMutablePointer.allocate(capacity: self.count)
    for worker in 0..<self.count { (shares + worker).initialize(to: ChunkShare()) }
    for worker in 1..<max(1, self.count) {
      // A worker keeps the team alive until it is told to stop, however late its thread starts.
      let thread = Thread { self.work(as: worker) }
      thread.stackSize = 1 << 20
      thread.name = "compute-\(worker)"
      thread.start()
    }
  }

  deinit {
    shares.deinitialize(count: count)
    shares.deallocate()
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
  ///
  /// - Parameter operation: the function that time is put down to.
  public func run(
    _ chunks: Int, for operation: StaticString = #function, _ body: (_ chunk: Int, _ worker: Int) -> Void
  ) {
    guard timings != nil else { return distribute(chunks, body) }
    let clock = ContinuousClock()
    let time = clock.measure { distribute(chunks, body) }
    timings?["\(operation)", default: .zero] += time
  }

  private func distribute(_ chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
    precondition(chunks <= ChunkShare.most, "\(chunks) chunks are more than a share can hold")
    if chunks <= 1 || count == 1 {
      for chunk in 0..<max(0, chunks) { body(chunk, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      self.body = body
      completed.store(0, ordering: .relaxed)
      generation = (generation + 1) & 0xFF_FFFF
      for worker in 0..<count {
        let share = chunks * worker / count..<chunks * (worker + 1) / count
        shares[worker].publish(share, generation: generation)
      }
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

  /// Takes and runs one chunk of the current loop, the worker's own first; false when none is left.
  private func takeChunk(as worker: Int) -> Bool {
    if let chunk = shares[worker].takeFirst() {
      finish(chunk, worker)
      return true
    }
    for other in 1..<count {
      guard let chunk = shares[(worker + other) % count].takeLast() else { continue }
      finish(chunk, worker)
      return true
    }
    return false
  }

  private func finish(_ chunk: Int, _ worker: Int) {
    body?(chunk, worker)
    completed.add(1, ordering: .releasing)
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

  private var hasWork: Bool { (0..<count).contains { !shares[$0].isEmpty } }
}
