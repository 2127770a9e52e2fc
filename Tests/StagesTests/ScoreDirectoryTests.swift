import Compute
import Foundation
import JSONText
import Pipeline
import Stages
import TestSupport
import Testing

/// Log-probabilities of a frozen reference, which one training leaves for the next.
@Suite struct ScoreDirectoryTests {
  /// A bench with a folder of scores.
  private struct Shop {
    let bench: StageBench
    let scores: URL
    let inputs: [StageInput]

    init() throws {
      bench = try StageBench()
      scores = bench.directory.appendingPathComponent("scores")
      inputs = [
        PreferenceBench.model(bench), try PreferenceBench.pairs(bench, port: "data"),
        try PreferenceBench.pairs(bench, port: "validation", rows: 5...6),
      ]
    }

    func train(_ options: JSON, kind: String = "dpo", isKept: Bool = true) throws -> RecordedEvents {
      try bench.run(
        kind, PreferenceBench.configuration(options), inputs: inputs, scores: isKept ? scores : nil
      ).events
    }

    var files: [URL] {
      let files = FileManager.default.enumerator(at: scores, includingPropertiesForKeys: [.isRegularFileKey])
      return (files?.allObjects as? [URL] ?? []).filter {
        (try? $0.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
      }.sorted { $0.path < $1.path }
    }
  }

  private func foundScores(_ events: RecordedEvents) -> Int {
    events.informations.count { $0.contains("has scored these rows before") }
  }

  @Test func `A second training with other options takes them from the store, to the same bits`() throws {
    let shop = try Shop()
    let first = try shop.train([:])
    #expect(foundScores(first) == 0 && shop.files.count == 2, "training and validation rows")
    let options: JSON = ["beta": 0.7, "learning_rate": 0.002, "seed": 9]
    let second = try shop.train(options)
    #expect(foundScores(second) == 2 && shop.files.count == 2)
    #expect(second.points == (try shop.train(options, isKept: false)).points)
    #expect(second.points != first.points)
  }

  @Test func `KTO without an estimate of the divergence takes them from the store too`() throws {
    let shop = try Shop()
    let first = try shop.train(["loss_type": "apo_zero_unpaired"], kind: "kto")
    #expect(foundScores(first) == 0 && shop.files.count == 2)
    let options: JSON = ["loss_type": "apo_zero_unpaired", "beta": 0.7]
    let second = try shop.train(options, kind: "kto")
    #expect(foundScores(second) == 2 && shop.files.count == 2)
    #expect(second.points == (try shop.train(options, kind: "kto", isKept: false)).points)
    #expect(second.points != first.points)
  }

  @Test(arguments: [["max_length": 12], ["max_steps": 1], ["ld_alpha": 0.5]] as [JSON])
  func `Other rows, or another reading of them, are scored anew`(options: JSON) throws {
    let shop = try Shop()
    _ = try shop.train([:])
    let before = shop.files.count
    let other = try shop.train(options)
    #expect(foundScores(other) < 2 && shop.files.count > before)
    #expect(other.points == (try shop.train(options, isKept: false)).points)
  }

  @Test func `Spoilt scores are computed again`() throws {
    let shop = try Shop()
    let first = try shop.train([:])
    for (index, file) in shop.files.enumerated() {
      var bytes = try Data(contentsOf: file)
      if index == 0 { bytes[3] ^= 1 } else { bytes.removeLast(70) }
      try bytes.write(to: file)
    }
    let second = try shop.train([:])
    #expect(foundScores(second) == 0 && second.points == first.points)
    #expect(foundScores(try shop.train([:])) == 2)
  }

  @Test func `A model with its adapter apart is another than with it folded in`() throws {
    let shop = try Shop()
    let adapted = try shop.bench.run(
      "sft",
      [
        "max_steps": 3, "batch_size": 4, "learning_rate": 0.05,
        "lora": ["r": 4, "target_modules": "all-linear"],
      ],
      inputs: [
        PreferenceBench.model(shop.bench),
        shop.bench.input(
          Golden.committed.appendingPathComponent("data/sft.jsonl"), port: "data", type: .demonstrations),
      ]
    ).outputs.appendingPathComponent("model")
    // All inputs of a bench have the same digest.
    func train(_ inputs: [StageInput], isKept: Bool) throws -> RecordedEvents {
      try shop.bench.run(
        "dpo", PreferenceBench.configuration([:]), inputs: inputs + [shop.inputs[1]],
        scores: isKept ? shop.scores : nil
      ).events
    }
    let folded = [shop.bench.input(adapted, port: "model", type: .model)]
    let apart = folded + [shop.bench.input(adapted, port: "reference", type: .model)]
    #expect(foundScores(try train(folded, isKept: true)) == 0)
    let second = try train(apart, isKept: true)
    #expect(foundScores(second) == 0 && shop.files.count == 2)
    #expect(second.points == (try train(apart, isKept: false)).points)
    #expect(foundScores(try train(folded, isKept: true)) == 1)
  }

  @Test func `Dropout, with which no rows are shared, has scores of its own`() throws {
    let shop = try Shop()
    func options(_ dropout: Double) -> JSON {
      ["lora": ["r": 4, "target_modules": "all-linear", "dropout": .number(dropout)]]
    }
    _ = try shop.train(options(0))
    let dropping = try shop.train(options(0.1))
    #expect(foundScores(dropping) == 0 && shop.files.count == 4)
    #expect(dropping.points == (try shop.train(options(0.1), isKept: false)).points)
  }

  @Test func `A training that cannot keep them goes on`() throws {
    let shop = try Shop()
    try Data().write(to: shop.scores)
    #expect(try shop.train([:]).points == shop.train([:], isKept: false).points)
  }

  @Test func `Whatever decides the bits of scores tells them apart`() throws {
    let bench = try StageBench()
    let programs = try ["one", "another"].map { name in
      let file = bench.directory.appendingPathComponent(name)
      try Data(name.utf8).write(to: file)
      return try #require(ProgramFile(file.path))
    }
    var lesser = MachineDescription()
    lesser.vectors = "none"
    var other = MachineDescription()
    other.matrixProducts = "another library"
    func key(
      model: String = "m", form: String = "whole", program: ProgramFile? = nil,
      machine: MachineDescription = MachineDescription(), rows: [[UInt8]] = [[1], [2, 3]]
    ) -> String {
      let scores = ScoreDirectory(
        bench.directory, model: model, form: form, program: program ?? programs[0], machine: machine
      ) {}
      return scores.key(of: rows)
    }
    let keys = [
      key(), key(model: "n"), key(form: "adapter apart"), key(program: programs[1]), key(machine: lesser),
      key(machine: other), key(rows: [[2, 3], [1]]), key(rows: [[1]]),
    ]
    #expect(Set(keys).count == keys.count)
    #expect(key() == keys[0])
  }
}
