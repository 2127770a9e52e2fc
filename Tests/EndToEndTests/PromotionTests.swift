import Foundation
import JSONText
import Testing

@Suite struct PromotionTests {
  @Test func `A protected tag is moved by a promotion that meets its requirements, and remembers why`() throws
  {
    let project = try Project.finished()
    let metrics = try project.json("show", "report")["metrics"]
    let reward = try #require(metrics?["aligned.reward"]?.doubleValue)
    #expect(try project.plumb("tag", "prod", "--protect", "--require", "reward > -100").status == 0)

    let refused = try ErrorReport(project.plumb("tag", "align.model", "prod", "--json"))
    #expect(refused.status == 1 && refused.entries.map(\.code) == ["E318"])
    #expect(refused.entries[0].hint?.contains("plumb promote MODEL prod") == true)

    let promoted = try project.json(
      "promote", "align.model", "prod", "--require", "aligned.reward < 100", "--note", "reviewed")
    #expect(promoted["requirements"]?.arrayValue?.count == 2)
    #expect(promoted["requirements"]?[0]?["metric"] == "aligned.reward")
    #expect(promoted["requirements"]?[0]?["value"]?.doubleValue == reward)
    let history = try project.json("tags", "prod")
    let move = try #require(history["tags"]?[0])
    #expect(move["manner"] == "promoted" && move["note"] == "reviewed")
    #expect(move["evidence"]?["requirements"]?[0]?["condition"] == "> -100")
    #expect(history["protected"]?[0]?["requirements"] == ["reward > -100"])
    #expect(
      try project.plumb("tags", "prod").output.contains("only promotions that show reward > -100 move it"))

    #expect(try project.plumb("tag", "prod", "--delete").errors.contains("E318"))
    #expect(try project.plumb("tag", "sft.model", "prod", "--force").status == 0)
    #expect(try project.json("tags", "prod")["tags"]?[0]?["manner"] == "forced")
    #expect(try project.plumb("tag", "prod", "--unprotect").status == 0)
    #expect(try project.json("tag", "align.model", "prod")["label"] == "align.model")
    #expect(try project.json("tags", "prod")["tags"]?[0]?["manner"] == "moved")
  }

  @Test func `A promotion fails by what does not hold, with the value`() throws {
    let project = try Project.finished()
    let result = try project.plumb(
      "promote", "align.model", "prod", "--require", "win_rate_vs_sft >= 2", "--json")
    let report = try ErrorReport(result)
    #expect(report.status == 4 && report.entries.map(\.code) == ["E407"])
    #expect(
      report.entries[0].message.hasPrefix(
        "aligned.win_rate_vs_sft >= 2 does not hold: aligned.win_rate_vs_sft is 0"))
    #expect(try project.plumb("tags", "prod").status == 1, "nothing was moved")
  }

  @Test func `A figure of another model, an unknown one, or no report is told`() throws {
    let project = try Project.finished()
    func entries(_ arguments: String...) throws -> ErrorReport {
      try ErrorReport(Plumb.run(["promote"] + arguments + ["--json"], in: project.directory))
    }
    let other = try entries("sft.model", "prod", "--require", "aligned.win_rate_vs_sft > 0")
    #expect(other.status == 3 && other.entries[0].code == "E027")
    #expect(
      other.entries[0].message.contains("is about 'aligned'")
        && other.entries[0].message.contains("called 'sft'"))
    let near = try entries(
      "align.model", "prod", "--require", "aligned.rewards > 0", "--require", "aligned.los < 1")
    #expect(near.entries.map(\.hint) == ["did you mean 'aligned.reward'?", "did you mean 'aligned.loss'?"])
    #expect(try entries("align.model", "prod", "--require", "better").entries[0].code == "E024")
    #expect(try entries("align.model", "prod").status == 64)
    let tokenizer = try entries("tokenizer.tokenizer", "prod", "--require", "loss < 1")
    #expect(tokenizer.status == 1 && tokenizer.entries[0].code == "E907")
    let wrong = try entries("align.model", "prod", "--require", "loss < 9", "--report", "sft.model")
    #expect(wrong.entries[0].code == "E907" && wrong.entries[0].hint?.contains("'report' made one") == true)
    #expect(
      try project.plumb("promote", "align.model", "prod", "--require", "loss < 99", "--report", "report")
        .status == 0)
  }

  @Test func `What a tag requires is changed where everybody sees it, and can be met`() throws {
    let project = try Project.finished()
    let first = try project.json("tag", "prod", "--protect", "--require", "rewart > -100")
    #expect(first["unknown"] == [["metric": "rewart", "near": "reward"]])
    let refused = try ErrorReport(project.plumb("promote", "align.model", "prod", "--json"))
    #expect(refused.entries.map(\.code) == ["E027"])
    #expect(refused.entries[0].hint?.contains("plumb tag prod --protect --require") == true)
    let changed = try project.json("tag", "prod", "--protect", "--require", "reward > -100")
    #expect(changed["dropped"] == ["rewart > -100"] && changed["unknown"] == [])
    #expect(try project.json("tag", "prod", "--protect")["requirements"] == ["reward > -100"])
    #expect(try project.plumb("tag", "align.model", "candidate").status == 0)
    #expect(try project.plumb("promote", "candidate", "prod").status == 0)
    // The tag has a report now, whose figures are known.
    let misspelt = try ErrorReport(
      project.plumb("tag", "prod", "--protect", "--require", "los < 1", "--json"))
    #expect(misspelt.entries.map(\.hint) == ["did you mean 'aligned.loss'?"])
    #expect(try project.plumb("tag", "prod", "--unprotect", "--note", "for the demo").status == 0)

    let history = try project.json("tags", "prod")
    #expect(history["tags"]?[0]?["label"] == "align.model", "not the tag it was promoted by")
    let changes = try #require(history["protections"]?.arrayValue)
    #expect(changes.map { $0["protected"] } == [false, true, true, true])
    #expect(changes[0]["note"] == "for the demo" && changes[0]["author"] != "" && history["protected"] == [])
    let text = try project.plumb("tags", "prod").output
    #expect(text.contains("unprotected") && text.contains("rewart > -100"))
  }

  @Test func `An exported model has a card that says what it is made of`() throws {
    let project = try Project.finished()
    #expect(try project.plumb("promote", "align.model", "prod", "--require", "loss < 99").status == 0)
    #expect(try project.json("export", "align.model", "first")["card"] == "README.md")
    #expect(try project.plumb("export", "prod", "second").status == 0)
    let card = try project.read("first/README.md")
    #expect(card == (try project.read("second/README.md")), "the same store gives the same text")
    for part in [
      "---\nlibrary_name: transformers\npipeline_tag: text-generation\n", "# align.model",
      "AutoModelForCausalLM",
      "`sources.demos`", "`demos.jsonl`", "| `sft` | sft (version 1) |", "\"learning_rate\": 0.001",
      "`aligned.win_rate_vs_sft`",
      "## Samples", "`aligned.loss < 99`", "| `model.safetensors` |",
    ] {
      #expect(card.contains(part), "\(part)")
    }
    // The directory is the artifact and the card.
    #expect(try project.json("export", "align.model", "third", "--no-card")["card"] == .null)
    let names = { try FileManager.default.contentsOfDirectory(atPath: project.path($0).path).sorted() }
    #expect(try names("first") == (names("third") + ["README.md"]).sorted())
    #expect(try project.plumb("generate", "first", "--prompt", "hi", "--max-tokens", "2").status == 0)
    #expect(try project.json("export", "report.report", "fourth")["card"] == .null)
    #expect(try project.read("first/README.md").contains(project.directory.path) == false)
  }
}
