import JSONText
import LanguageModels
import Pipeline
import Stages
import Testing

/// ORPO and SimPO.
@Suite struct ReferenceFreeStageTests {
  @Test(arguments: ["orpo", "simpo"])
  func `A run trains on ranked rows and writes a model`(kind: String) throws {
    let bench = try StageBench()
    let (events, outputs) = try bench.run(
      kind, PreferenceBench.configuration(["beta": 0.5]),
      inputs: [PreferenceBench.model(bench), try PreferenceBench.pairs(bench, port: "data")])
    #expect(events.values("loss").count == 3 && events.values("rewards/accuracies").count == 3)
    #expect(events.values("nll_loss").count == (kind == "orpo" ? 3 : 0))
    _ = try LanguageModel.load(directory: outputs.appendingPathComponent("model"), head: .vocabulary)
  }

  @Test(arguments: ["orpo", "simpo"])
  func `There is no reference to connect and no option of one`(kind: String) throws {
    #expect(StageRegistry.builtIn[kind]?.inputs.map(\.name) == ["model", "data", "validation"])
    #expect(try StageBench.problems(kind, ["sync_ref_model": true]) == ["sync_ref_model is not a known key"])
    #expect(
      try StageBench.problems(kind, ["eval_steps": 2]) == [
        "eval_steps has no effect without a `validation` input"
      ])
  }

  @Test func `SimPO's label smoothing stays below one half`() throws {
    #expect(try StageBench.problems("simpo", ["label_smoothing": 0.5]).count == 1)
    #expect(
      try StageBench.problems("orpo", ["label_smoothing": 0.1]) == ["label_smoothing is not a known key"])
  }
}
