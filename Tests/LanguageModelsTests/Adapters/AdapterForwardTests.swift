import Compute
import LanguageModels
import TestSupport
import Testing

@Suite struct AdapterForwardTests {
  @Test(arguments: AdapterCase.all)
  func `Base and adapter of PEFT give transformers' log-probabilities`(golden: AdapterCase) throws {
    #expect(golden.difference(try golden.load()) < 2e-5)
  }

  @Test(arguments: AdapterCase.all)
  func `A merged model says what base and adapter say`(golden: AdapterCase) throws {
    let merged = try golden.load(.merged)
    #expect(merged.adaptation == nil)
    #expect(golden.difference(merged) < 2e-5)
  }

  @Test(arguments: AdapterCase.all)
  func `What is written reads as what was there, over the base's own bytes`(golden: AdapterCase) throws {
    let folder = try TemporaryFolder()
    let model = try golden.load()
    try model.save(to: folder.url)
    let again = try LanguageModel.load(directory: folder.url, head: golden.head)
    #expect(again.adaptation == model.adaptation)
    #expect(again.parameters.values.copy() == model.parameters.values.copy())
    let base = TemporaryFolder.bytes(at: golden.baseURL.appendingPathComponent("model.safetensors"))
    #expect(try folder.bytes(of: "model.safetensors") == base)
  }

  @Test(arguments: AdapterCase.all)
  func `The same adapter is trained on, one that differs is refused`(golden: AdapterCase) throws {
    let model = try golden.load(.trained(golden.options, base: nil))
    #expect(golden.difference(model) < 2e-5)
    var other = golden.options
    other.rank += 1
    let problem = diagnostic { _ = try golden.load(.trained(other, base: nil)) }
    #expect(problem?.code == .adapterMismatch)
    #expect(problem?.message.contains("rank \(other.rank)") == true)
  }

  @Test(arguments: AdapterCase.all)
  func `A fresh adapter changes nothing yet and is all that is trained`(golden: AdapterCase) throws {
    let plain = try LanguageModel.load(directory: golden.baseURL, head: golden.head)
    let adapted = try LanguageModel.load(
      directory: golden.baseURL, head: golden.head, seed: 7,
      adapters: .trained(golden.options, base: "the base"))
    #expect(adapted.adaptation?.modules == (try golden.load().adaptation?.modules))
    #expect(adapted.adaptation?.base == "the base")
    let trained = adapted.parameters.trained.map { adapted.parameters.specifications[$0].name }
    #expect(trained.allSatisfy { $0.contains(".lora_") || $0 == LanguageModel.scoreName })
    #expect(adapted.parameters.trainedValues.lowerBound < plain.parameters.count + 1)
    let workspace = Workspace(threads: 1)
    let ids = (0..<40).map { Int32($0 * 7 % 300) }
    if golden.head == .scalar {
      #expect(plain.scores([ids], workspace: workspace) == adapted.scores([ids], workspace: workspace))
    } else {
      let one = plain.tokenLogProbabilities([(ids, 1)], workspace: workspace)
      #expect(one == adapted.tokenLogProbabilities([(ids, 1)], workspace: workspace))
    }
    for index in adapted.parameters.trained
    where adapted.parameters.specifications[index].name.contains("_A.") {
      let bound = 1 / Float(adapted.parameters.specifications[index].shape[1]).squareRoot()
      let values = adapted.parameters.copyValues(at: index)
      #expect(values.allSatisfy { abs($0) <= bound })
      #expect(values.contains { abs($0) > bound / 2 })
    }
  }

  @Test func `A copy has the adapter too`() throws {
    let golden = try #require(AdapterCase.all.first { $0.name.hasPrefix("llama") })
    let model = try golden.load()
    #expect(golden.difference(model.copy()) == golden.difference(model))
  }

  @Test func `Greedy decoding with a cache follows the adapted model`() throws {
    let golden = try #require(AdapterCase.all.first { $0.name.hasPrefix("llama") })
    let prompt = Array((golden.json["forward"]?.arrayValue?.first?["ids"]?.ids ?? []).prefix(8))
    let options = GenerationOptions(maximumTokens: 12, temperature: 0)
    let apart = try golden.load().generate([prompt], options: options, workspace: Workspace(threads: 1))
    let merged = try golden.load(.merged).generate(
      [prompt], options: options, workspace: Workspace(threads: 1))
    #expect(apart[0].ids == merged[0].ids)
  }
}
