import Foundation
import JSONText
import Pipeline
import Synchronization
import TestSupport
import Testing

/// Every kind that trains goes on from its checkpoints.
@Suite(.serialized) struct CheckpointTests {
  /// A kind with what it needs for a few steps.
  struct Case: Sendable, CustomTestStringConvertible {
    let kind: String
    var options: [JSON.Member] = []
    var ports: [(port: String, type: PortType, text: String)]
    var testDescription: String { kind }

    static let all = [
      Case(
        kind: "pretrain", options: [.init("max_length", 8)],
        ports: [("corpus", .text, "some text\n\nmore text\n\nand still more of it, for three steps")]),
      Case(
        kind: "sft",
        ports: [("data", .demonstrations, rows { #"{"prompt": "\#($0)", "completion": "b\#($0)"}"# })]),
      Case(kind: "reward", ports: [("data", .preferences, pairs)]),
      Case(
        kind: "dpo", options: [.init("sync_ref_model", true), .init("ref_model_sync_steps", 2)],
        ports: [("data", .preferences, pairs)]),
      Case(kind: "kto", ports: [("data", .preferences, pairs)]),
      Case(kind: "orpo", ports: [("data", .preferences, pairs)]),
      Case(kind: "simpo", ports: [("data", .preferences, pairs)]),
      Case(
        kind: "classify",
        ports: [
          ("data", .labels, "text,label\n" + (0..<24).map { "t\($0),\(["a", "b"][$0 % 2])\n" }.joined())
        ]),
      Case(
        kind: "ppo", options: [.init("response_length", 4), .init("num_mini_batches", 2)],
        ports: [("prompts", .prompts, rows { #"{"prompt": "\#($0)"}"# })]),
      Case(
        kind: "grpo",
        options: [
          .init("max_completion_length", 4), .init("num_generations", 2), .init("num_iterations", 2),
        ],
        ports: [("prompts", .prompts, rows { #"{"prompt": "\#($0)"}"# })]),
      Case(
        kind: "rloo", options: [.init("max_completion_length", 4), .init("num_generations", 2)],
        ports: [("prompts", .prompts, rows { #"{"prompt": "\#($0)"}"# })]),
    ]

    private static let pairs = rows { #"{"prompt": "\#($0)", "chosen": "b\#($0)", "rejected": "no"}"# }

    private static func rows(_ row: (Int) -> String) -> String { (1...6).map { row($0) + "\n" }.joined() }

    var configuration: JSON {
      .object(
        [
          .init("batch_size", 4), .init("max_steps", 4), .init("learning_rate", 0.001),
          .init("save_seconds", 0),
        ]
          + options)
    }

    func inputs(_ bench: StageBench) throws -> [StageInput] {
      let isOnline = ["ppo", "grpo", "rloo"].contains(kind)
      let reward = isOnline ? [try bench.model(port: "reward_model", type: .rewardModel)] : []
      return try [bench.model(port: "model")] + reward
        + ports.map { port in
          let name = port.type == .text ? "corpus.txt" : port.type == .labels ? "data.csv" : "data.jsonl"
          return try bench.file(port.text, name: name, port: port.port, type: port.type)
        }
    }
  }

  private let bench: StageBench

  init() throws { bench = try StageBench() }

  /// Content of all files below a directory, by path.
  private func content(_ directory: URL) throws -> [String: Data] {
    let names = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? []
    return try names.reduce(into: [:]) { found, name in
      let url = directory.appendingPathComponent(name)
      if (try url.resourceValues(forKeys: [.isRegularFileKey])).isRegularFile == true {
        found[name] = try Data(contentsOf: url)
      }
    }
  }

  private func folder() -> URL { bench.directory.appendingPathComponent("kept-\(UUID().uuidString)") }

  /// Runs a stage to its end, keeping what lay in its checkpoint directory at each step, as a kill would leave it.
  private func runKeeping(_ example: Case, _ inputs: [StageInput]) throws -> (
    events: RecordedEvents, outputs: [String: Data], left: [URL]
  ) {
    let checkpoints = folder()
    let kept = bench.directory
    let left = Mutex<[URL]>([])
    let (events, outputs) = try bench.run(
      example.kind, example.configuration, inputs: inputs, checkpoints: checkpoints
    ) { progress, _ in
      let copy = kept.appendingPathComponent("step-\(progress.done)-\(UUID().uuidString)")
      try? FileManager.default.copyItem(at: checkpoints, to: copy)
      left.withLock { $0.append(copy) }
    }
    return (events, try content(outputs), left.withLock { $0 })
  }

  @Test(arguments: Case.all)
  func `A stage goes on from what a kill left, to the same bytes and figures`(example: Case) throws {
    let inputs = try example.inputs(bench)
    let (events, outputs, left) = try runKeeping(example, inputs)
    #expect(left.count == 4 && events.resumptions.isEmpty && !events.points.isEmpty)
    for (index, checkpoints) in left.enumerated() {
      let again = try bench.run(
        example.kind, example.configuration, inputs: inputs, threads: 1 + index % 2, checkpoints: checkpoints)
      #expect(try content(again.outputs) == outputs, "\(checkpoints.lastPathComponent)")
      #expect(again.events.points == events.points, "\(checkpoints.lastPathComponent)")
      #expect(again.events.warnings == events.warnings)
    }
  }

  @Test(arguments: Case.all)
  func `A stage that is asked to stop keeps all that it did`(example: Case) throws {
    let inputs = try example.inputs(bench)
    let whole = try bench.run(example.kind, example.configuration, inputs: inputs)
    let checkpoints = folder()
    #expect(throws: StageCancelled.self) {
      try bench.run(example.kind, example.configuration, inputs: inputs, checkpoints: checkpoints) {
        if $0.done == 2 { $1.request() }
      }
    }
    let rest = try bench.run(example.kind, example.configuration, inputs: inputs, checkpoints: checkpoints)
    #expect(rest.events.resumptions.map(\.done) == [2] && rest.events.resumptions.map(\.total) == [4])
    #expect(try content(rest.outputs) == content(whole.outputs))
    #expect(rest.events.points == whole.events.points)
  }

  @Test func `A checkpoint that the disk spoiled is ignored with a warning`() throws {
    let example = try #require(Case.all.first { $0.kind == "sft" })
    let inputs = try example.inputs(bench)
    let (events, outputs, left) = try runKeeping(example, inputs)
    let file = try #require(
      FileManager.default.contentsOfDirectory(atPath: left[2].path).first { $0.hasSuffix(".checkpoint") })
    let whole = try Data(contentsOf: left[2].appendingPathComponent(file))
    var random = SeededNumbers(seed: 5)
    let flips = (0..<6).map { _ in
      var damaged = whole
      damaged[random.integer(below: whole.count)] ^= 1 << UInt8(random.integer(below: 8))
      return damaged
    }
    let cuts = [0, 1, 63, 64, whole.count - 1].map { Data(whole.prefix($0)) } + [whole + [0]]
    for damaged in flips + cuts {
      let checkpoints = folder()
      try FileManager.default.createDirectory(at: checkpoints, withIntermediateDirectories: true)
      // The one before is used where there still is one.
      try damaged.write(to: checkpoints.appendingPathComponent("7.checkpoint"))
      try whole.write(to: checkpoints.appendingPathComponent("6.checkpoint"))
      try Data([1, 2, 3]).write(to: checkpoints.appendingPathComponent(".8.checkpoint.12-1"))
      for hasOther in [true, false] {
        let copy = folder()
        try FileManager.default.copyItem(at: checkpoints, to: copy)
        if !hasOther { try FileManager.default.removeItem(at: copy.appendingPathComponent("6.checkpoint")) }
        let again = try bench.run(example.kind, example.configuration, inputs: inputs, checkpoints: copy)
        #expect(again.events.warnings == ["checkpoint 7 is damaged and is not used"])
        #expect(again.events.resumptions.map(\.done) == (hasOther ? [2] : []))
        #expect(try content(again.outputs) == outputs)
        #expect(again.events.points == events.points)
        #expect(try FileManager.default.contentsOfDirectory(atPath: copy.path).count == 1)
      }
    }
  }

  @Test func `Checkpoints come as often as the configuration says`() throws {
    let example = try #require(Case.all.first { $0.kind == "sft" })
    let inputs = try example.inputs(bench)
    func steps(_ options: [JSON.Member]) throws -> [Bool] {
      let checkpoints = folder()
      let found = Mutex<[Bool]>([])
      let configuration = example.configuration.members ?? []
      _ = try bench.run(
        "sft", .object(configuration.filter { $0.key != "save_seconds" } + options), inputs: inputs,
        checkpoints: checkpoints
      ) { _, _ in
        let names = try? FileManager.default.contentsOfDirectory(atPath: checkpoints.path)
        found.withLock { $0.append(names?.isEmpty == false) }
        for name in names ?? [] {
          try? FileManager.default.removeItem(at: checkpoints.appendingPathComponent(name))
        }
      }
      return found.withLock { $0 }
    }
    // A checkpoint of a step is written before the next one, and there is none of the last.
    #expect(try steps([]) == [false, false, false, false])
    #expect(try steps([.init("save_steps", 1)]) == [false, true, true, true])
    #expect(try steps([.init("save_steps", 2)]) == [false, false, true, false])
    #expect(try steps([.init("save_seconds", 0)]) == [false, true, true, true])
  }

  @Test func `A disk that takes no checkpoint is a warning, once`() throws {
    let example = try #require(Case.all.first { $0.kind == "sft" })
    let inputs = try example.inputs(bench)
    let checkpoints = folder()
    let (events, _) = try bench.run(
      "sft", example.configuration, inputs: inputs, checkpoints: checkpoints
    ) { _, _ in
      // What lies where the directory was takes no file.
      try? FileManager.default.removeItem(at: checkpoints)
      try? Data().write(to: checkpoints)
    }
    #expect(events.warnings.count == 1)
    #expect(
      events.warnings.first?.hasPrefix("no checkpoint could be written: the file cannot be written") == true)
  }

  @Test(arguments: Case.all)
  func `How often a stage is saved, and what it keeps in memory, is not in its cache key`(example: Case)
    throws
  {
    func look<Kind: StageKind>(_ kind: Kind.Type) -> ([String], [String]) {
      let configuration = Kind.Configuration.decode(example.configuration).0
      return (
        configuration.components.map(\.path), configuration.canonical.members?.map(\.key) ?? []
      )
    }
    let (components, members) = look(try StageBench.known(example.kind))
    let free: Set = ["save_steps", "save_seconds", "gradient_checkpointing"]
    #expect(free.isDisjoint(with: components) && components.contains("learning_rate"))
    #expect(free.isSubset(of: members))
  }

  @Test(arguments: Case.all)
  func `Layers that are computed again for their gradients change no byte`(example: Case) throws {
    let inputs = try example.inputs(bench)
    let runs = try [false, true].map { recomputes in
      let members = example.configuration.members ?? []
      return try bench.run(
        example.kind, .object(members + [.init("gradient_checkpointing", .bool(recomputes))]), inputs: inputs)
    }
    #expect(try content(runs[0].outputs) == content(runs[1].outputs))
    #expect(runs[0].events.points == runs[1].events.points)
  }
}
