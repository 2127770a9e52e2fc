import Compute
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

/// Variants of the architectures that the golden set lacks, as `transformers` writes and reads them.
@Suite struct VariantTests {
  static let names = (try? ArchitectureVariant.names) ?? []
  static let classifiers = names.filter { $0.hasSuffix("_classifier") }
  static let languageModels = names.filter { !$0.hasSuffix("_classifier") }

  @Test func `There are variants of every architecture, and a classifier of each`() {
    for type in ArchitectureRegistry.architectures {
      #expect(Self.languageModels.contains { $0.hasPrefix(type.modelType) })
      #expect(Self.classifiers.contains("\(type.modelType)_classifier"))
    }
  }

  @Test(arguments: languageModels)
  func `Log-probabilities, gradients and cached decoding equal the reference`(name: String) throws {
    let variant = try ArchitectureVariant(name)
    let model = try LanguageModel.load(directory: variant.folder.url, head: .vocabulary)
    let workspace = Workspace(threads: 2)
    let cases = ForwardCase.all(in: variant.expected)
    #expect(!cases.isEmpty)
    for golden in cases {
      golden.expectLogProbabilities(model, workspace)
      try golden.expectGradients(model, workspace)
      golden.expectCachedStates(model, workspace)
    }
  }

  @Test(arguments: classifiers)
  func `Scores of a classifier equal the reference, alone and in a batch`(name: String) throws {
    let variant = try ArchitectureVariant(name)
    let model = try LanguageModel.load(directory: variant.folder.url, head: .scalar)
    let workspace = Workspace(threads: 2)
    let cases = variant.expected["cases"]?.arrayValue ?? []
    let sequences = cases.map { $0["ids"]?.ids ?? [] }
    let expected = cases.flatMap { $0["scores"]?.doubles ?? [] }
    #expect(
      greatestDifference(model.scores(sequences, workspace: workspace).map(Double.init), expected) < 2e-5)
    for (ids, score) in zip(sequences, expected) {
      #expect(abs(Double(model.scores([ids], workspace: workspace)[0]) - score) < 2e-5)
    }
  }

  @Test(arguments: names)
  func `What is saved has the tensors that transformers wrote, and reads back bit for bit`(name: String)
    throws
  {
    let variant = try ArchitectureVariant(name)
    let head = variant.isClassifier ? LanguageModel.Head.scalar : .vocabulary
    let model = try LanguageModel.load(directory: variant.folder.url, head: head)
    let saved = try TemporaryFolder()
    try model.save(to: saved.url)
    let again = try LanguageModel.load(directory: saved.url, head: head)
    #expect(again.parameters.values.copy() == model.parameters.values.copy())
    let written = try ModelWeights(directory: saved.url)
    let original = try ModelWeights(directory: variant.folder.url)
    if name != "gpt2_bare_names" { #expect(Set(written.names) == Set(original.names)) }
    #expect(written.names.allSatisfy { $0 == "score.weight" || model.parameters.index(of: $0) != nil })
  }
}
