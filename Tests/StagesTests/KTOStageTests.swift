import JSONText
import LanguageModels
import Pipeline
import Testing

@Suite struct KTOStageTests {
  @Test(
    arguments: [
      (
        ["batch_size": 1],
        "batch_size must be at least 2 with `loss_type: kto`, which joins prompts with other answers"
      ),
      (["ref_model_sync_steps": 8], "ref_model_sync_steps has no effect without `sync_ref_model: true`"),
      (["eval_steps": 3], "eval_steps has no effect without a `validation` input"),
      (["label_smoothing": 0.1], "label_smoothing is not a known key"),
    ] as [(JSON, String)])
  func `An option without effect is an error at its key`(configuration: JSON, problem: String) throws {
    #expect(try StageBench.problems("kto", configuration) == [problem])
  }

  @Test func `The anchored form takes single rows`() throws {
    #expect(try StageBench.problems("kto", ["batch_size": 1, "loss_type": "apo_zero_unpaired"]) == [])
  }

  private func feedback(_ bench: StageBench, _ labels: [Bool]) throws -> StageInput {
    let rows = labels.enumerated().map {
      #"{"prompt": "Say \#($0):", "completion": " \#($0)", "label": \#($1)}"#
    }
    return try bench.file(rows.joined(separator: "\n"), name: "rated.jsonl", port: "data", type: .feedback)
  }

  @Test(
    arguments: [
      [:], ["loss_type": "apo_zero_unpaired"], ["sync_ref_model": true, "ref_model_sync_steps": 1],
    ] as [JSON])
  func `A run trains on rated rows and writes a model`(options: JSON) throws {
    let bench = try StageBench()
    let (events, outputs) = try bench.run(
      "kto", PreferenceBench.configuration(options),
      inputs: [PreferenceBench.model(bench), try feedback(bench, [true, false, true, false])])
    #expect(events.values("loss").count == 3 && events.values("kl").count == 3)
    #expect(events.warnings == [])
    _ = try LanguageModel.load(directory: outputs.appendingPathComponent("model"), head: .vocabulary)
  }

  @Test func `Preferences are taken apart into good and bad answers`() throws {
    let bench = try StageBench()
    let (events, _) = try bench.run(
      "kto", PreferenceBench.configuration(["batch_size": 8, "max_steps": 1]),
      inputs: [PreferenceBench.model(bench), try PreferenceBench.pairs(bench, port: "data")])
    #expect(events.values("loss") == [0.5])
    #expect(events.values("logps/chosen")[0] < events.values("logps/rejected")[0])
  }

  @Test func `Ratings of one side only are refused, before the run and in it`() throws {
    let bench = try StageBench()
    let inputs = [PreferenceBench.model(bench), try feedback(bench, [true, true, true])]
    let problems = try StageBench.audit("kto", [:], inputs: inputs).diagnostics
    #expect(problems.map(\.message) == ["every answer is desirable"])
    #expect { try bench.run("kto", PreferenceBench.configuration([:]), inputs: inputs) } throws: {
      "\($0)".contains("every answer is desirable")
    }
  }

  @Test func `Sides of very different weight are remarked on, with the weight that evens them out`() throws {
    let bench = try StageBench()
    let inputs = [
      PreferenceBench.model(bench), try feedback(bench, [true, true, true, true, false, true]),
    ]
    let (events, _) = try bench.run("kto", PreferenceBench.configuration([:]), inputs: inputs)
    #expect(
      events.warnings == [
        "5 answers are desirable and 1 are not: set desirable_weight between 0.20 and 0.27 to even them out"
      ])
    let (even, _) = try bench.run(
      "kto", PreferenceBench.configuration(["desirable_weight": 0.25]), inputs: inputs)
    #expect(even.warnings == [])
  }

  @Test func `The audit shows which answers are good`() throws {
    let bench = try StageBench()
    let audit = try StageBench.audit(
      "kto", [:], inputs: [PreferenceBench.model(bench), try feedback(bench, [true, false])])
    #expect(audit.diagnostics.isEmpty)
    let texts = audit.inputs.flatMap(\.samples).flatMap(\.texts)
    #expect(texts.map(\.label) == ["desirable", "undesirable"])
    #expect(texts.allSatisfy { $0.tokens.last?.isMarked == true && $0.tokens.first?.isMarked == false })
  }
}
