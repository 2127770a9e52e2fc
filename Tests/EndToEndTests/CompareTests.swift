import Foundation
import JSONText
import Testing

@Suite struct CompareTests {
  /// A project with a run by PPO and one by DPO, and their identifiers.
  func aligned() throws -> (project: Project, ppo: String, dpo: String) {
    let project = try Project.finished()
    let ppo = try #require(try project.json("runs")["runs"]?[0]?["id"]?.stringValue)
    return (project, ppo, try project.run("--choose", "align=dpo").run)
  }

  @Test func `6: A PPO and a DPO run are compared in figures, cost, settings, stages and samples`() throws {
    let (project, ppo, dpo) = try aligned()
    let json = try project.json("compare", ppo, dpo)
    #expect(json["schema"] == "plumb.compare/1")
    #expect(json["models"]?.arrayValue?.map { $0["kind"] } == ["ppo", "dpo"])
    #expect(json["models"]?[1]?["command"]?.stringValue?.contains("--choose align=dpo") == true)
    let figures = json["figures"]?.arrayValue ?? []
    func figure(_ key: String) throws -> JSON {
      try #require(figures.first { $0["key"]?.stringValue == key }, "\(key)")
    }
    for key in ["loss", "reward", "kl_to_sft", "win_rate_vs_sft", "words", "distinct_2"] {
      let values = try figure(key)["values"]?.arrayValue ?? []
      #expect(values.compactMap { $0["value"]?.doubleValue }.count == 2, "\(key)")
    }
    let reported = try project.json("show", "report")["metrics"]?["aligned.loss"]
    #expect(try figure("loss")["values"]?[1]?["value"] == reported)
    #expect(try figure("reward")["values"]?[0]?["standard_error"]?.doubleValue != nil)
    let losses = try figure("loss")["values"]?.arrayValue?.compactMap { $0["value"]?.doubleValue } ?? []
    let shown = losses.map { String(format: "%.4g", $0) }
    #expect(
      try figure("loss")["best"]
        == (shown[0] == shown[1] ? [] : [.integer(losses[0] < losses[1] ? 0 : 1)]), "\(losses)")
    for figure in figures {
      let values = figure["values"]?.arrayValue ?? []
      let margins = values.compactMap { value -> (Double, Double)? in
        guard let error = value["standard_error"]?.doubleValue, let mean = value["value"]?.doubleValue else {
          return nil
        }
        return (mean - 1.96 * error, mean + 1.96 * error)
      }
      if margins.count == 2, figure["key"] == "reward", margins[0].0 < margins[1].1,
        margins[1].0 < margins[0].1
      {
        #expect(figure["best"] == [], "one is best though it may be chance: \(figure.compact)")
      }
    }

    #expect(json["head_to_head"]?[0]?["prompts"] == 8)
    for name in ["training time", "peak memory"] {
      let row = json["cost"]?.arrayValue?.first { $0["name"]?.stringValue == name }
      #expect(row?["values"]?.arrayValue?.compactMap(\.doubleValue).count == 2, "\(name)")
    }
    #expect(json["settings"]?.arrayValue?.contains { $0["name"] == "kind" } == true)
    let stages = json["stages"]?.arrayValue ?? []
    #expect(stages.filter { $0["shared"] == true }.map { $0["name"] } == ["tokenizer", "base", "sft"])
    #expect(stages.last?["name"] == "align" && stages.last?["shared"] == false)
    #expect(
      json["samples"]?.arrayValue?.count == 3 && json["samples"]?[0]?["answers"]?.arrayValue?.count == 2)
    #expect(json["notes"] == [])

    let text = try project.plumb("compare", ppo, dpo).output
    for part in ["held-out loss", "win rate vs sft", "± ", "* best", "B against A", "prompt"] {
      #expect(text.contains(part), "\(part) is not in\n\(text)")
    }
  }

  @Test func `Models of one evaluation, stages and outputs are compared by their names`() throws {
    let project = try Project.finished()
    let json = try project.json("compare", "base.model", "sft", "align.model", "--samples", "1")
    #expect(json["models"]?.arrayValue?.map { $0["evaluated_as"] } == ["base", "sft", "aligned"])
    #expect(json["head_to_head"]?.arrayValue?.count == 3 && json["samples"]?.arrayValue?.count == 1)
  }

  @Test func `What cannot be compared is refused with a hint`() throws {
    let project = try Project.finished()
    #expect(try project.plumb("compare", "sft").status == 64)
    for name in ["tokenizer", "sources.demos", "nope"] {
      let result = try project.plumb("compare", "sft", name)
      #expect(result.status == 1 && result.errors.contains("hint:"), "\(name): \(result.errors)")
    }
    let directory = try project.plumb("compare", "sft", "base", "--html", ".")
    #expect(directory.status == 1 && directory.errors.contains("is a directory"))
    try FileManager.default.createSymbolicLink(
      at: project.directory.appendingPathComponent("link.html"),
      withDestinationURL: project.directory.appendingPathComponent("target.html"))
    for _ in 0..<2 {
      #expect(try project.plumb("compare", "sft", "base", "--html", "link.html").status == 0)
      #expect(
        try project.read("target.html").hasSuffix("</html>\n"),
        "a link leads to the page, before it is there too")
    }
    #expect(
      try FileManager.default.destinationOfSymbolicLink(
        atPath: project.directory.appendingPathComponent("link.html").path
      ).hasSuffix("target.html"))
    let piped = try Plumb.shell(
      "mkfifo pipe; cat pipe > got & $PLUMB compare sft base --html pipe && wait && test -p pipe && grep -q '</html>' got",
      in: project.directory)
    #expect(piped.status == 0, "a pipe stays one, and gets the page")
    let nowhere = try project.plumb("compare", "sft", "base", "--html", "no/such/page.html", "--json")
    #expect(try ErrorReport(nowhere).entries.first?.code == "E315")
  }

  @Test func `A page is one file that loads nothing, and answers cannot become markup`() throws {
    let project = try Project()
    let hostile = #"<script>alert("x")</script><img src=x onerror=alert(1)> & </style>"#
    let row = JSON.object([.init("prompt", .string(hostile))]).compact
    try project.write(try project.read("prompts.jsonl") + row + "\n", to: "prompts.jsonl")
    try project.replace("name: tiny", with: "name: tiny # <b>bold</b>")
    _ = try project.run()
    let result = try project.plumb(
      "compare", "sft.model", "align.model", "--html", "page.html", "--samples", "20")
    #expect(result.status == 0 && result.output.hasSuffix("page written to page.html\n"), "\(result.errors)")
    let page = try project.read("page.html")
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    #expect(page.contains("&lt;script&gt;alert(&quot;x&quot;)"))
    for forbidden in ["<script", "<img", "<b>", "<link", "src=", "http://", "https://", "url("] {
      let isText = forbidden == "src=" || forbidden == "url("
      #expect(!page.contains(forbidden) || isText && page.contains("&lt;img src=x"), "\(forbidden)")
    }
    for part in ["<svg", "Summary", "Reproduce", "Lineage", "prefers-color-scheme", "scope=\"col\""] {
      #expect(page.contains(part), "\(part)")
    }
    // The same comparison makes the same file, and replaces it.
    _ = try project.plumb("compare", "sft.model", "align.model", "--html", "page.html", "--samples", "20")
    #expect(try project.read("page.html") == page)
    let leftovers = try FileManager.default.contentsOfDirectory(atPath: project.directory.path)
      .filter { $0.contains("page") && $0 != "page.html" }
    #expect(leftovers == [])
  }

  @Test func `Figures that were measured differently are said to be so`() throws {
    let project = try Project.finished()
    let old = try #require(try project.json("runs")["runs"]?[0]?["id"]?.stringValue)
    try project.replace("max_new_tokens: 8", with: "max_new_tokens: 6")
    let row = #"{"prompt": "One more?", "completion": " Yes."}"#
    try project.replace(
      "data: \"${sources.demos}\"\n    corpus", with: "data: \"${sources.more}\"\n    corpus")
    try project.replace("  tickets:", with: "  more: {path: more.jsonl, type: demonstrations}\n  tickets:")
    try project.write(row + "\n", to: "more.jsonl")
    let new = try project.run().run
    let notes = try project.json("compare", old, new)["notes"]?.arrayValue ?? []
    #expect(
      notes == ["held-out losses are over different rows", "the evaluations have different settings"],
      "\(notes)")
  }

  @Test func `Runs are listed with what they differ in and what came out`() throws {
    let (project, _, _) = try aligned()
    let list = try project.plumb("runs", "--metrics").output.split(separator: "\n")
    #expect(list.count == 3 && list[0].contains("align") && list[0].contains("win rate vs sft"), "\(list)")
    #expect(!list[0].contains("seed"), "all runs have the same")
    let newest = try project.json("runs", "--metrics")["runs"]?[0]?["highlights"]
    #expect(newest?["settings"]?["align"] == "dpo" && newest?["model"] == "aligned")
    #expect(newest?["figures"]?["reward"]?.doubleValue != nil)
  }
}
