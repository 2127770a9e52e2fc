import Compute
import Foundation
import Synchronization
import Testing

@Suite(.tags(.stress)) struct ThreadTeamTests {
  /// One slot per chunk; each is written by whoever runs that chunk.
  private func runAndCount(_ team: ThreadTeam, chunks: Int) -> [Int] {
    var calls = Array(repeating: 0, count: chunks)
    calls.withUnsafeMutableBufferPointer { calls in team.run(chunks) { chunk, _ in calls[chunk] += 1 } }
    return calls
  }

  @Test(arguments: [1, 2, 3, 8])
  func `Each chunk of many small jobs runs once and is seen by the caller`(threads: Int) {
    let team = ThreadTeam(count: threads)
    defer { team.stop() }
    for job in 0..<5000 {
      let chunks = job % 37
      #expect(runAndCount(team, chunks: chunks) == Array(repeating: 1, count: chunks))
    }
  }

  @Test(arguments: [2, 3, 8])
  func `Each chunk of a large job runs once`(threads: Int) {
    let team = ThreadTeam(count: threads)
    defer { team.stop() }
    for _ in 0..<5 { #expect(runAndCount(team, chunks: 200_000).allSatisfy { $0 == 1 }) }
  }

  @Test(arguments: [2, 3, 8])
  func `Jobs after a pause find the workers again`(threads: Int) {
    let team = ThreadTeam(count: threads)
    defer { team.stop() }
    for job in 0..<150 {
      // Long enough for some workers to fall asleep, and often in the middle of it.
      for _ in 0..<(job % 7) * 2000 { sched_yield() }
      #expect(runAndCount(team, chunks: 16) == Array(repeating: 1, count: 16))
    }
  }

  @Test func `Workers have numbers below the team's count and work at the same time`() {
    let team = ThreadTeam(count: 3)
    defer { team.stop() }
    let arrived = Atomic<Int>(0)
    let numbers = Mutex<Set<Int>>([])
    // Each of three chunks waits for the others, so one thread alone would never come back.
    team.run(3) { _, worker in
      _ = numbers.withLock { $0.insert(worker) }
      arrived.add(1, ordering: .acquiringAndReleasing)
      while arrived.load(ordering: .acquiring) < 3 { sched_yield() }
    }
    #expect(numbers.withLock { $0 } == [0, 1, 2])
  }

  @Test func `A job's writes are there when the next job reads them`() {
    let team = ThreadTeam(count: 4)
    defer { team.stop() }
    var values = Array(repeating: 1, count: 64)
    for _ in 0..<2000 {
      values.withUnsafeMutableBufferPointer { values in
        team.run(63) { chunk, _ in values[chunk] += 1 }
        team.run(1) { _, _ in values[63] = values[..<63].reduce(0, +) }
      }
    }
    #expect(values[63] == 63 * 2001)
  }

  @Test func `Teams come and go without work`() {
    for _ in 0..<200 { _ = Workspace(threads: 4) }
    let team = ThreadTeam(count: 2)
    team.run(0) { _, _ in Issue.record("a job without chunks ran one") }
    team.stop()
    team.stop()
  }
}
