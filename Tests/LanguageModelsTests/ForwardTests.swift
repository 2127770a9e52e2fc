import Compute
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

@Suite struct ForwardTests {
  /// Every architecture that the set has, by the names of its files.
  static let architectures = (try? Golden.names(in: "forward")) ?? []

  @Test func `The set has a case for every architecture`() {
    let known = ArchitectureRegistry.architectures.map { $0.modelType }
    #expect(Set(Self.architectures) == Set(known))
  }

  private func load(_ name: String) throws -> LanguageModel {
    try LanguageModel.load(directory: Golden.url("models/\(name)"), head: .vocabulary)
  }

  /// Logits after the last token.
  private func lastLogits(_ model: LanguageModel, _ ids: [Int32], _ workspace: Workspace) -> [Double] {
    let tape = Tape(model.parameters, workspace: workspace, recording: false)
    let hidden = tape.gatherRows(model.hiddenStates(tape, TokenBatch([ids])), [ids.count - 1])
    let logits = tape.logits(hidden, model.vocabularyWeight).copy()
    workspace.arena.reset()
    return logits.map(Double.init)
  }

  @Test(arguments: architectures)
  func `Log-probabilities and losses equal the reference`(name: String) throws {
    let model = try load(name)
    let workspace = Workspace(threads: 2)
    for golden in try Golden.json("forward/\(name).json")["cases"]?.arrayValue ?? [] {
      let ids = golden["ids"]?.ids ?? []
      let logps = model.tokenLogProbabilities([(ids, 1)], workspace: workspace)[0].map(Double.init)
      #expect(greatestDifference(logps, golden["token_logps"]?.doubles ?? []) < 2e-5)
      #expect(
        greatestDifference(lastLogits(model, ids, workspace), golden["last_logits"]?.doubles ?? []) < 2e-5)
      let loss = -logps.reduce(0, +) / Double(logps.count)
      #expect(abs(loss - (golden["loss"]?.doubleValue ?? .nan)) < 2e-5)
    }
  }

  @Test(arguments: architectures)
  func `Gradients of every tensor equal the reference`(name: String) throws {
    let model = try load(name)
    let workspace = Workspace(threads: 2)
    for golden in try Golden.json("forward/\(name).json")["cases"]?.arrayValue ?? [] {
      let ids = golden["ids"]?.ids ?? []
      let tape = Tape(model.parameters, workspace: workspace, recording: true)
      model.parameters.zeroGradients()
      let head = model.predict(PredictionBatch([(ids, 1..<ids.count)]), tape)
      head.gradient = Array(repeating: -1 / Float(ids.count - 1), count: ids.count - 1)
      tape.backward()
      workspace.arena.reset()
      let expected = golden["grads"]?.members ?? []
      #expect(expected.count == model.parameters.specifications.count)
      for member in expected {
        let index = try #require(model.parameters.index(ofReference: member.key))
        let gradient = model.parameters.copyGradient(at: index)
        let figures = member.value.doubles
        let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(relativeDifference(norm, figures[1]) < 2e-4, "\(member.key)")
        let sum = gradient.reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum - figures[0]) < 2e-4 * max(1, figures[1]), "\(member.key)")
        for (value, wanted) in zip(gradient, figures[2...]) {
          #expect(abs(Double(value) - wanted) < 2e-4 * max(figures[1], 1e-3), "\(member.key)")
        }
      }
    }
  }

  @Test(arguments: architectures)
  func `Greedy decoding with a cache gives the reference's tokens`(name: String) throws {
    let model = try load(name)
    let golden = try Golden.json("forward/\(name).json")["greedy"]
    let prompt = golden?["prompt"]?.ids ?? []
    let all = golden?["ids"]?.ids ?? []
    let result = model.generate(
      [prompt], options: GenerationOptions(maximumTokens: all.count - prompt.count, temperature: 0),
      workspace: Workspace(threads: 2))
    #expect(prompt + result[0].ids == all)
  }

  @Test(arguments: architectures)
  func `Tokens one by one into a cache give the states of one pass`(name: String) throws {
    let model = try load(name)
    let workspace = Workspace(threads: 2)
    let ids = try Golden.json("forward/\(name).json")["cases"]?[0]?["ids"]?.ids ?? []
    let whole = Tape(model.parameters, workspace: workspace, recording: false)
    let expected = model.hiddenStates(whole, TokenBatch([ids])).copy()
    workspace.arena.reset()
    let cache = model.makeCache(slots: 2, capacity: ids.count)
    var states: [Float] = []
    for (past, id) in ids.enumerated() {
      var batch = TokenBatch()
      batch.append([id], past: past, slot: 1)
      let tape = Tape(model.parameters, workspace: workspace, recording: false)
      states += model.hiddenStates(tape, batch, cache: cache).copy()
      workspace.arena.reset()
    }
    let scale = expected.reduce(1) { max($0, abs($1)) }
    #expect(greatestDifference(states.map(Double.init), expected.map(Double.init)) < 2e-5 * Double(scale))
  }

  @Test(arguments: architectures)
  func `A batch of several sequences scores each as if it were alone`(name: String) throws {
    let model = try load(name)
    let workspace = Workspace(threads: 2)
    let cases = try Golden.json("forward/\(name).json")["cases"]?.arrayValue ?? []
    let sequences = cases.map { (ids: $0["ids"]?.ids ?? [], first: 1) }
    let together = model.tokenLogProbabilities(sequences, workspace: workspace)
    for (sequence, scores) in zip(sequences, together) {
      let alone = model.tokenLogProbabilities([sequence], workspace: workspace)[0]
      #expect(greatestDifference(scores.map(Double.init), alone.map(Double.init)) < 2e-5)
    }
  }

  @Test(arguments: architectures, [1, 2, 3, 5])
  func `Any number of threads gives the same bits`(name: String, threads: Int) throws {
    let model = try load(name)
    let sequence = (ids: (0..<200).map { Int32($0 % 300) }, first: 1)
    let one = model.tokenLogProbabilities([sequence, sequence], workspace: Workspace(threads: 1))
    let many = model.tokenLogProbabilities([sequence, sequence], workspace: Workspace(threads: threads))
    #expect(one == many)
  }

  @Test(arguments: architectures)
  func `A generation in a full batch equals one alone`(name: String) throws {
    let model = try load(name)
    let workspace = Workspace(threads: 2)
    let prompts = try (Golden.json("forward/\(name).json")["cases"]?.arrayValue ?? []).map {
      Array(($0["ids"]?.ids ?? []).prefix(9))
    }
    let options = GenerationOptions(maximumTokens: 12, temperature: 0.8, seed: 3)
    let batched = model.generate(prompts, options: options, workspace: workspace, slots: 2)
    for (index, prompt) in prompts.enumerated() {
      let alone = model.generate([prompt], options: options, workspace: workspace, streams: [index])
      #expect(alone[0].ids == batched[index].ids)
    }
  }
}
