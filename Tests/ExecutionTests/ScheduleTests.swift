import Execution
import Testing

@Suite struct ScheduleTests {
  /// A graph with what its stages ask for, drawn from a seed.
  private struct Case {
    var stages: [(name: String, upstream: [String])] = []
    var demands: [String: Schedule.Demand] = [:]
    let budget: ResourceBudget
    let jobs: Int

    init(_ random: inout Draws) {
      budget = ResourceBudget(threads: random.next(1...8), memory: random.next(10...100))
      jobs = random.next(1...5)
      for index in 0..<random.next(1...20) {
        let earlier = stages.map(\.name).filter { _ in random.next(0...5) == 0 }
        stages.append(("s\(index)", earlier))
        demands["s\(index)"] = Schedule.Demand(
          threads: random.next(0...1) == 0 ? nil : random.next(1...10), memory: random.next(0...120))
      }
    }
  }

  /// Small numbers from a seed.
  private struct Draws {
    private var generator: SplitMix
    init(_ seed: UInt64) { generator = SplitMix(state: seed) }
    mutating func next(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
  }

  /// SplitMix64 (Steele et al. 2014).
  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func `whatever is asked for, a schedule keeps to its budget and order, and finishes`(_ seed: UInt64) {
    var random = Draws(seed)
    let test = Case(&random)
    var schedule = Schedule(test.stages, jobs: test.jobs, budget: test.budget, keepsGoing: true)
    let upstream = Dictionary(uniqueKeysWithValues: test.stages.map { ($0.name, $0.upstream) })
    var running: [String] = []
    var done: Set<String> = []
    var passed: [String: Int] = [:]
    var queued: [String] = []
    for _ in 0..<10_000 where !schedule.isFinished {
      while let name = schedule.takeUp() {
        schedule.queue(name, test.demands[name] ?? Schedule.Demand())
        queued.append(name)
      }
      while let (name, threads) = schedule.begin() {
        #expect(threads >= 1)
        #expect(done.isSuperset(of: upstream[name] ?? []), "seed \(seed): \(name) began too early")
        queued.removeAll { $0 == name }
        let index = Int(name.dropFirst()) ?? 0
        for other in queued where (Int(other.dropFirst()) ?? 0) < index { passed[other, default: 0] += 1 }
        running.append(name)
      }
      let held = schedule.held.values
      #expect(held.count == running.count && running.count <= test.jobs, "seed \(seed)")
      #expect(held.reduce(0) { $0 + $1.threads } <= test.budget.threads, "seed \(seed)")
      #expect(held.reduce(0) { $0 + $1.memory } <= test.budget.memory, "seed \(seed)")
      #expect(!running.isEmpty || schedule.isFinished, "seed \(seed): nothing runs and nothing can begin")
      guard !running.isEmpty else { break }
      let name = running.remove(at: random.next(0...running.count - 1))
      // Now and then somebody else makes the result, or an attempt fails and the stage queues again.
      if random.next(0...9) == 0 {
        schedule.reopen(name)
        schedule.queue(name, test.demands[name] ?? Schedule.Demand())
        queued.append(name)
        passed[name] = nil
      } else {
        #expect(schedule.end(name, .done).isEmpty)
        done.insert(name)
      }
    }
    #expect(schedule.isFinished && done.count == test.stages.count, "seed \(seed): not every stage ran")
    #expect(passed.values.allSatisfy { $0 <= test.jobs }, "seed \(seed): a stage was overtaken too often")
  }

  @Test func `threads are divided among what can run at the same time`() {
    let fork: [(String, [String])] = [("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["b", "c"])]
    var schedule = Schedule(
      fork, jobs: 2, budget: ResourceBudget(threads: 8, memory: 100), keepsGoing: false)
    func threads() -> [String: Int] { schedule.held.mapValues(\.threads) }
    func beginAll() {
      while let name = schedule.takeUp() { schedule.queue(name, Schedule.Demand()) }
      while schedule.begin() != nil {}
    }
    beginAll()
    #expect(threads() == ["a": 8], "all others need it")
    _ = schedule.end("a", .done)
    beginAll()
    #expect(threads() == ["b": 4, "c": 4])
    _ = schedule.end("b", .done)
    _ = schedule.end("c", .done)
    beginAll()
    #expect(threads() == ["d": 8])
  }

  @Test func `a stage alone has no more threads than one may have, and as many as it asks for`() {
    var schedule = Schedule(
      [("a", []), ("b", ["a"])], jobs: 8,
      budget: ResourceBudget(threads: 8, memory: 100, threadsOfStage: 2), keepsGoing: false)
    #expect(schedule.takeUp() == "a")
    schedule.queue("a", Schedule.Demand())
    #expect(schedule.begin()?.threads == 2)
    _ = schedule.end("a", .done)
    #expect(schedule.takeUp() == "b")
    schedule.queue("b", Schedule.Demand(threads: 5))
    #expect(schedule.begin()?.threads == 5)
  }

  @Test func `a stage that fails takes those with it that wait for what it makes`() {
    var schedule = Schedule(
      [("a", []), ("twin", []), ("c", ["twin"]), ("d", [])], jobs: 1,
      budget: ResourceBudget(threads: 1, memory: 1), keepsGoing: true)
    #expect(schedule.takeUp() == "a" && schedule.takeUp() == "twin" && schedule.takeUp() == "d")
    schedule.queue("a", Schedule.Demand())
    schedule.queue("d", Schedule.Demand())
    #expect(schedule.begin()?.name == "a")
    let skipped = schedule.end("a", .failed, twins: ["twin"])
    #expect(skipped.map { "\($0.name) \($0.cause)" } == ["twin a", "c a"])
    #expect(schedule.begin()?.name == "d")
  }
}
