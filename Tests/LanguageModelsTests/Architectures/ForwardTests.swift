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

  private func cases(_ name: String) throws -> [ForwardCase] {
    ForwardCase.all(in: try Golden.json("forward/\(name).json"))
  }

  @Test(arguments: architectures)
  func `Log-probabilities, losses and logits equal the reference`(name: String) throws {
    let model = try load(name)
    let workspace = Workspace(threads: 2)
    for golden in try cases(name) { golden.expectLogProbabilities(model, workspace) }
  }

  @Test(arguments: architectures)
  func `Gradients of every tensor equal the reference`(name: String) throws {
    let model = try load(name)
    let workspace = Workspace(threads: 2)
    for golden in try cases(name) { try golden.expectGradients(model, workspace) }
  }

  @Test(arguments: architectures)
  func `Tokens one by one into a cache give the states of one pass`(name: String) throws {
    let model = try load(name)
    let workspace = Workspace(threads: 2)
    for golden in try cases(name) { golden.expectCachedStates(model, workspace) }
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
  func `A batch of several sequences scores each as if it were alone`(name: String) throws {
    let model = try load(name)
    let workspace = Workspace(threads: 2)
    let sequences = try cases(name).map { (ids: $0.ids, first: 1) }
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
    let prompts = try cases(name).map { Array($0.ids.prefix(9)) }
    let options = GenerationOptions(maximumTokens: 12, temperature: 0.8, seed: 3)
    let batched = model.generate(prompts, options: options, workspace: workspace, slots: 2)
    for (index, prompt) in prompts.enumerated() {
      let alone = model.generate([prompt], options: options, workspace: workspace, streams: [index])
      #expect(alone[0].ids == batched[index].ids)
    }
  }
}
