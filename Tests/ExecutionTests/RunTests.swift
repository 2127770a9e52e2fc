import Artifacts
import Diagnostics
import Execution
import Foundation
import JSONText
import Lineage
import Pipeline
import Synchronization
import Testing

@Suite struct RunTests {
  let shop: Workshop
  init() throws { shop = try Workshop() }

  static let chain = """
    a: {text: "${sources.seed}", note: "a"}
    b: {text: "${a}", note: "b"}
    c: {text: "${b}", note: "c"}
    side: {text: "${sources.seed}"}
    """

  @Test func `a run executes, records and stores; the next one has nothing to do`() throws {
    let report = try shop.run(Self.chain)
    #expect(report.states == ["a succeeded", "b succeeded", "c succeeded", "side succeeded"])
    #expect(report.state == .succeeded && report.state.exitCode == 0)
    let output = try #require(report.stages[2].outputs.first)
    #expect(String(decoding: try ObjectStore(shop.layout).read(output.digest), as: UTF8.self) == "seed\nabc")
    #expect(report.stages[0].metrics.map { "\($0.name) \($0.value)" } == ["loss 0.5"])

    let again = try shop.plan(try shop.graph(Self.chain))
    #expect(again.plan.isUpToDate)
    #expect(again.repeated?.text == report.run)
    let repeated = try RunReport.repeating(again, layout: shop.layout, seconds: 0)
    #expect(repeated.states == ["a cached", "b cached", "c cached", "side cached"])
    #expect(
      repeated.stages.map { $0.outputs.map(\.digest) } == report.stages.map { $0.outputs.map(\.digest) })
    #expect(repeated.stages[0].metrics == report.stages[0].metrics)
    let left = try FileManager.default.contentsOfDirectory(atPath: shop.layout.work.path)
    #expect(left.isEmpty)
  }

  @Test func `planning changes no file and no time`() throws {
    _ = try shop.run(Self.chain)
    try shop.write("other\n")
    func snapshot() throws -> [String] {
      let paths = try FileManager.default.subpathsOfDirectory(atPath: shop.url.path).sorted()
      return try paths.map { path in
        let facts = try FileManager.default.attributesOfItem(atPath: shop.url.path + "/" + path)
        return "\(path) \(facts[.size] ?? "") \(facts[.modificationDate] ?? "")"
      }
    }
    let before = try snapshot()
    let plan = try shop.plan(try shop.graph(Self.chain)).plan
    #expect(plan.stages.map(\.decision) == [.run, .maybe, .maybe, .run])
    #expect(try snapshot() == before)
  }

  @Test func `early cutoff saves consumers, and the first result comes back`() throws {
    let cut = Self.chain.replacing("note: \"a\"", with: "mode: constant")
    _ = try shop.run(cut)
    try shop.write("changed\n")
    #expect(
      try shop.run(cut).states == ["a succeeded", "b cached", "c cached", "side succeeded"])
    try shop.write("seed\n")
    #expect(try shop.run(cut).states == ["a cached", "b cached", "c cached", "side cached"])
  }

  @Test func `a failure is isolated, finished stages stay, and a mended manifest resumes`() throws {
    let broken = Self.chain.replacing("note: \"b\"", with: "mode: fail")
    let report = try shop.run(broken, options: RunOptions(keepsGoing: true, manifestPath: "m.yaml"))
    #expect(report.states == ["a succeeded", "b failed", "c skipped", "side succeeded"])
    #expect(report.state.exitCode == 1)
    #expect(report.stages[1].failure?.diagnostics.first?.message == "it went wrong")
    #expect(report.stages[2].reason == "it needs b, which failed")
    #expect(try shop.plan(try shop.graph(broken)).plan[stage: "b"]?.reason == "it failed the last time")
    #expect(try shop.run(Self.chain).states == ["a cached", "b succeeded", "c succeeded", "side cached"])
  }

  @Test func `without keep-going nothing begins after a failure`() throws {
    let report = try shop.run(Self.chain.replacing("note: \"a\"", with: "mode: fail"))
    #expect(report.states == ["a failed", "b skipped", "c skipped", "side skipped"])
  }

  @Test func `a missing output is a failure`() throws {
    let report = try shop.run("a: {text: \"${sources.seed}\", mode: silent}")
    #expect(report.stages[0].failure?.diagnostics.map(\.code.rawValue) == ["E405"])
  }

  @Test func `a requirement that does not hold fails the run, cached or not`() throws {
    let gated = """
      a: {text: "${sources.seed}", require: {loss: "< 0.5"}}
      b: {text: "${a}"}
      """
    for state in ["succeeded", "cached"] {
      let report = try shop.run(gated)
      #expect(report.states == ["a \(state)", "b skipped"])
      #expect(report.state.exitCode == 4)
      #expect(report.stages[0].verdicts.map(\.value) == [0.5])
    }
    #expect(try shop.run(gated.replacing("< 0.5", with: "<= 0.5")).state == .succeeded)
  }

  @Test func `an interrupted run says so and the next one goes on`() throws {
    let waiting = Self.chain.replacing("note: \"b\"", with: "mode: wait")
    let interruption = RunInterruption()
    let report = try shop.run(waiting, interruption: interruption) { event in
      if case .started(stage: "b", _) = event { _ = interruption.request() }
    }
    #expect(report.states == ["a succeeded", "b interrupted", "c not run", "side not run"])
    #expect(report.state.exitCode == 130)
    #expect(
      try shop.plan(try shop.graph(waiting)).plan[stage: "b"]?.reason == "it was interrupted the last time")
  }

  @Test func `edits during a run change nothing`() throws {
    let shop = shop
    let executor = ThreadExecutor { stage in
      if stage == "a" { try? shop.write("edited\n") }
    }
    let report = try shop.run(Self.chain, executor: executor)
    let side = try #require(report.stages[3].outputs.first)
    #expect(String(decoding: try ObjectStore(shop.layout).read(side.digest), as: UTF8.self) == "seed\n")
    #expect(try shop.plan(try shop.graph(Self.chain)).plan[stage: "side"]?.decision == .run)
  }

  @Test func `two runs that want the same stage execute it once`() throws {
    let name = "shared\(UInt32.random(in: 0...UInt32.max))"
    let stages = "\(name): {text: \"${sources.seed}\"}"
    let shop = shop
    let reports = Mutex<[String]>([])
    let executor = ThreadExecutor { _ in usleep(100_000) }
    let group = DispatchGroup()
    for _ in 0..<2 {
      group.enter()
      Thread.detachNewThread {
        let states = (try? shop.run(stages, executor: executor).states) ?? ["threw"]
        reports.withLock { $0 += states }
        group.leave()
      }
    }
    group.wait()
    #expect(reports.withLock { $0.sorted() } == ["\(name) cached", "\(name) succeeded"])
    #expect(Join.runs.withLock { $0[name] } == 1)
  }

  @Test func `a forced stage runs again and repeats its result`() throws {
    _ = try shop.run(Self.chain)
    let report = try shop.run(Self.chain, options: RunOptions(forced: ["a"], manifestPath: "m.yaml"))
    #expect(report.states == ["a succeeded", "b cached", "c cached", "side cached"])
  }

  @Test func `independent stages may run at the same time`() throws {
    let stages = (0..<4).map { "s\($0): {text: \"${sources.seed}\", note: \"\($0)\"}" }.joined(
      separator: "\n")
    let state = Mutex((now: 0, most: 0))
    let executor = ThreadExecutor { _ in
      state.withLock { value in
        value.now += 1
        value.most = max(value.most, value.now)
      }
      usleep(50_000)
      state.withLock { $0.now -= 1 }
    }
    let report = try shop.run(
      stages, options: RunOptions(jobs: 3, manifestPath: "m.yaml"), executor: executor)
    #expect(report.state == .succeeded)
    #expect(state.withLock(\.most) == 3)
  }

  @Test func `the audit sees sources and stored outputs`() throws {
    _ = try shop.run("a: {text: \"${sources.seed}\"}")
    let plan = try shop.plan(try shop.graph(Self.chain.replacing("note: \"a\"", with: "note: \"\""))).plan
    let audit = try StoreAudit.perform(plan, layout: shop.layout, onlyPending: false)
    let notes = audit.stages.map(\.audit.notes)
    #expect(notes[0] == ["sources.seed"] && notes[1] == ["a.text"] && notes[3] == ["sources.seed"])
    #expect(notes[2].count == 1 && notes[2].first?.hasPrefix("b.text is not made yet") == true)
    try shop.write("bad\n")
    let bad = try shop.plan(try shop.graph(Self.chain)).plan
    let found = try StoreAudit.perform(bad, layout: shop.layout, onlyPending: true).diagnostics
    #expect(found.compactMap { $0.location?.file } == ["seed.txt"], "once, though two stages read it")
  }

  @Test func `a run is recorded with its sources, keys and edges`() throws {
    let report = try shop.run(Self.chain)
    let reader = try #require(try LineageReader.open(shop.layout))
    let detail = try reader.read { try $0.run(RunID(report.run ?? "")) }
    #expect(detail.summary.state == .succeeded)
    #expect(detail.sources.map(\.path) == ["seed.txt"])
    #expect(detail.stages.map(\.plan.reason) == Array(repeating: "never run", count: 4))
    let execution = try #require(detail.stages[1].execution)
    #expect(execution.inputs.map(\.label) == ["a.text"])
    #expect(execution.outputs.first?.facts == ["bytes": 7])
    #expect(execution.metrics.map(\.value) == [0.5])
  }

  @Test func `the report as JSON has the agreed members`() throws {
    let json = try shop.run(Self.chain.replacing("note: \"b\"", with: "mode: fail")).json
    #expect(json["schema"] == "plumb.run/1")
    #expect(json["state"] == "failed")
    let stages = try #require(json["stages"]?.arrayValue)
    #expect(stages.map { $0["state"]?.stringValue } == ["succeeded", "failed", "skipped", "skipped"])
    #expect(stages[0]["outputs"]?["text"]?.stringValue?.count == 64)
    #expect(stages[0]["metrics"]?["loss"] == 0.5)
    #expect(stages[1]["errors"]?[0]?["code"] == "E599")
  }
}
