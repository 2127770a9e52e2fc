import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage
import Testing

@Suite struct RecordingTests {
  let store: TemporaryStore
  let database: LineageDatabase

  init() throws {
    store = try TemporaryStore()
    database = try store.database()
  }

  @Test("a run reads back as it was recorded")
  func runDetail() throws {
    let run = try database.begin(stages: ["sft", "report"])
    let demos = Artifact("demonstrations", "demos")
    try database.recordSources(
      [SourceRecord(name: "demos", path: "../demos.jsonl", artifact: demos)], of: run)
    let input = InputRecord(port: "data", label: "sources.demos", artifact: demos)
    let sft = try database.execute(
      "sft", in: run, configuration: ["lr": 0.001], inputs: [input], output: "model",
      metrics: [MetricPoint(name: "loss", step: 1, value: 2), MetricPoint(name: "loss", step: 2, value: 1)])
    try database.recordSkipped(stage: "report", kind: "evaluate", reason: "sft failed", in: run)
    let requirement = RequirementRecord(
      stage: "report", metric: "win_rate", condition: "> 0.6", value: 0.7, passed: true)
    try database.recordRequirements([requirement], of: run)
    try database.finish(run, .succeeded, seconds: 3)

    let detail = try database.read { try $0.run(run.id) }
    #expect(detail.summary.state == .succeeded && detail.summary.seconds == 3)
    #expect(detail.summary.counts == [.succeeded: 1, .skipped: 1])
    #expect(detail.manifestText == "name: support\n" && detail.targets == ["align"])
    #expect(detail.parameters == ["seed": 7] && detail.environment == ["processor": "test"])
    #expect(detail.owner == .current)
    #expect(detail.sources.map(\.name) == ["demos"] && detail.requirements == [requirement])
    #expect(detail.stages.map(\.plan.name) == ["sft", "report"])
    let execution = try #require(detail.stages[0].execution)
    #expect(execution.id == sft && execution.state == .succeeded && execution.seconds == 1.5)
    #expect(execution.configuration == ["lr": 0.001] && execution.inputs == [input])
    #expect(execution.outputs.map(\.artifact) == [Artifact("model", "model")])
    #expect(execution.metrics == [FinalMetric(name: "loss", step: 2, value: 1)])
    #expect(detail.stages[1].execution?.reason == "sft failed")
  }

  @Test("the first result of a key is canonical, an equal one repeats it, another one is noted")
  func canonicalResults() throws {
    let run = try database.begin(stages: ["sft"])
    func result(_ output: String, replacing: Bool = false) throws -> (ExecutionID, ResultStanding) {
      let execution = try database.start(
        ExecutionStart(
          stage: "sft", kind: "sft", kindVersion: 1, key: database.key("sft"), configuration: .null,
          inputs: []),
        in: run)
      let outputs = [OutputRecord(port: "model", artifact: Artifact("model", output), facts: ["rows": 3])]
      let standing = try database.succeed(
        execution, outputs: outputs, seconds: 1, replacingCanonical: replacing)
      return (execution, standing)
    }
    let key = database.key("sft").digest
    #expect(try database.read { try $0.result(for: key) } == nil)
    let (first, standing) = try result("one")
    #expect(standing == .canonical)
    #expect(try result("one").1 == .repeated)
    let (other, different) = try result("two")
    #expect(different == .different(from: first))
    #expect(try database.read { try $0.differingResults(for: key) } == [other])
    let found = try #require(try database.read { try $0.result(for: key) })
    #expect(found.execution == first && found["model"]?.facts == ["rows": 3])
    let (replacement, _) = try result("two", replacing: true)
    #expect(try database.read { try $0.result(for: key) }?.execution == replacement)
  }

  @Test("a cached execution points to its origin and shows its outputs and metrics")
  func cached() throws {
    let point = MetricPoint(name: "loss", step: 9, value: 0.5)
    let first = try database.begin(stages: ["sft"])
    let origin = try database.execute("sft", in: first, output: "model", metrics: [point])
    let second = try database.begin(stages: ["sft"])
    let result = try #require(try database.read { try $0.result(for: database.key("sft").digest) })
    let cached = try database.recordCached(
      stage: "sft", kind: "sft", result: result, reason: "nothing changed", in: second)
    let detail = try database.read { try $0.execution(cached) }
    #expect(detail.state == .cached && detail.cachedFrom == origin && detail.origin == origin)
    #expect(detail.outputs.map(\.artifact) == [Artifact("model", "model")])
    #expect(try database.read { try $0.finalMetrics(of: cached) } == detail.metrics)
    #expect(try database.read { try $0.series(of: cached) }.map(\.name) == ["loss"])
    #expect(try database.read { try $0.keys(of: second.id) } == ["sft": database.key("sft").digest])
  }

  @Test("a failure keeps its cause, its signal and the end of its log")
  func failure() throws {
    let run = try database.begin(stages: ["sft"])
    let execution = try database.start(
      ExecutionStart(
        stage: "sft", kind: "sft", kindVersion: 1, key: database.key("sft"), configuration: .null, inputs: []),
      in: run)
    let failure = ExecutionFailure(
      code: "E402", message: "killed by signal 9", signal: 9, logTail: "step 3\nstep 4")
    try database.fail(execution, failure, seconds: 2)
    let detail = try database.read { try $0.execution(execution) }
    #expect(detail.state == .failed && detail.failure == failure)
    #expect(try database.read { try $0.result(for: database.key("sft").digest) } == nil)
    #expect(try database.read { try $0.lastUnfinished(database.key("sft").digest) }?.execution == execution)
  }

  @Test("metrics come in batches, not-a-number included, and the newest step is the stage's metric")
  func metrics() throws {
    let run = try database.begin(stages: ["sft"])
    let execution = try database.start(
      ExecutionStart(
        stage: "sft", kind: "sft", kindVersion: 1, key: database.key("sft"), configuration: .null, inputs: []),
      in: run)
    try database.record(
      (1...3).map { MetricPoint(name: "loss", step: $0, value: 1 / Double($0)) }, of: execution)
    try database.record([MetricPoint(name: "loss", step: 2, value: .nan)], of: execution)
    try database.record([MetricPoint(name: "reward", step: 1, value: .infinity)], of: execution)
    try database.record(ProgressRecord(done: 3, total: 9, unit: "steps"), of: execution)
    let series = try database.read { try $0.series(of: execution) }
    #expect(series.map(\.name) == ["loss", "reward"] && series[0].points.map(\.step) == [1, 2, 3])
    #expect(series[0].points[1].value.isNaN && series[1].points[0].value == .infinity)
    let detail = try database.read { try $0.execution(execution) }
    #expect(detail.metrics.first == FinalMetric(name: "loss", step: 3, value: 1.0 / 3))
    #expect(detail.progress == ProgressRecord(done: 3, total: 9, unit: "steps"))
    try database.interrupt(execution, seconds: 1)
    #expect(try database.read { try $0.execution(execution) }.progress == nil)
  }

  @Test("why compares with the newest other action of the stage, and at first with one of its kind")
  func previousAction() throws {
    let run = try database.begin(stages: ["sft"])
    try database.execute("sft", in: run, configuration: ["lr": 1], output: "a")
    try database.execute("sft", in: run, configuration: ["lr": 2], output: "b")
    let newest = database.key("sft", ["lr": 2]).digest
    let oldest = database.key("sft", ["lr": 1])
    try database.read { queries in
      let previous = try queries.previousAction(pipeline: "support", stage: "sft", kind: "sft")
      #expect(previous?.key == newest && previous?.run == run.id && previous?.state == .succeeded)
      let other = try queries.previousAction(
        pipeline: "support", stage: "sft", kind: "sft", excluding: newest)
      #expect(other?.components == oldest.components)
      #expect(
        try queries.previousAction(pipeline: "other", stage: "tune", kind: "sft")?.key == newest)
      #expect(previous?.isSameStage == true)
      #expect(
        try queries.previousAction(pipeline: "other", stage: "tune", kind: "sft")?.isSameStage == false)
      #expect(try queries.previousAction(pipeline: "support", stage: "dpo", kind: "dpo") == nil)
      #expect(try queries.lastCost(pipeline: "support", stage: "sft", kind: "sft")?.seconds == 1.5)
      #expect(try queries.lastCost(pipeline: "support", stage: "sft", kind: "dpo") == nil)
      #expect(try queries.lastCost(kind: "sft")?.seconds == 1.5)
    }
  }

  @Test("what a stage cost counts every attempt that it went on from")
  func costOfResumption() throws {
    let run = try database.begin(stages: ["sft"])
    let start = ExecutionStart(
      stage: "sft", kind: "sft", kindVersion: 1, key: database.key("sft"), configuration: .null, inputs: [])
    var attempts: [ExecutionID] = []
    for step in 1...3 {
      let execution = try database.start(start, in: run)
      if let last = attempts.last { try database.recordResumption(of: execution, from: last, step: step) }
      attempts.append(execution)
      if step < 3 { try database.interrupt(execution, seconds: step == 1 ? 4 : 0.5) }
    }
    let output = OutputRecord(port: "model", artifact: Artifact("model", "a"))
    try database.succeed(attempts[2], outputs: [output], seconds: 1.5)
    try database.read { queries in
      let last = try queries.execution(attempts[2])
      #expect(last.seconds == 1.5 && last.secondsOfAttempts == 6)
      #expect(try queries.execution(attempts[0]).secondsOfAttempts == 4)
      #expect(try queries.lastCost(pipeline: "support", stage: "sft", kind: "sft")?.seconds == 6)
      #expect(try queries.lastCost(kind: "sft")?.seconds == 6)
    }
  }

  @Test("digests of settled files are remembered, of files just written not, and any change forgets them")
  func statCache() throws {
    let cache = StatCache()
    let digest = Digest(hashing: "x")
    let old = FileStamp(device: .max, inode: 2, size: 3, modified: 4, changed: 5)
    cache.record(path: "/data/old", stamp: old, digest: digest)
    var fresh = old
    fresh.modified = Int64(Date().timeIntervalSince1970 * 1e9)
    cache.record(path: "/data/fresh", stamp: fresh, digest: digest)
    try database.save(cache)
    let loaded = try database.read { try $0.statCache() }
    #expect(loaded.digest(path: "/data/old", stamp: old) == digest)
    #expect(loaded.digest(path: "/data/fresh", stamp: fresh) == nil)
    var touched = old
    touched.changed += 1
    #expect(loaded.digest(path: "/data/old", stamp: touched) == nil)
  }
}
