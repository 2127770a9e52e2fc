import Diagnostics
import Foundation
import JSONText
import Pipeline
import Testing

@Suite struct ManifestTests {
  let directory: ManifestDirectory
  init() throws { directory = try ManifestDirectory() }

  @Test func `a manifest becomes stages in an order they can run in`() throws {
    let graph = try directory.graph(supportManifest)
    #expect(graph.name == "support")
    #expect(
      graph.stages.map(\.name) == ["tokenizer", "base", "cleaned", "sft", "reward", "align", "report"])
    let reward = try #require(graph[stage: "reward"])
    #expect(reward.configuration["warmup_steps"] == 7)
    #expect(reward.inputs.map(\.label) == ["sft.model", "sources.ranked"])
    #expect(graph[stage: "align"]?.option == "ppo")
    #expect(graph[stage: "report"]?.requirements.map(\.description) == ["aligned.win_rate > 0.6"])
    #expect(
      graph[stage: "report"]?.inputs.map(\.componentPath) == [
        "input.models[sft]", "input.models[aligned]", "input.prompts",
      ])
  }

  @Test func `what only an option that is not taken needs is left out`() throws {
    let graph = try directory.graph(supportManifest, choose: ["align": "dpo"])
    #expect(graph.stages.map(\.name) == ["tokenizer", "base", "cleaned", "sft", "align", "report"])
    #expect(graph[stage: "align"]?.kindName == "dpo")
    #expect(graph[stage: "align"]?.configuration["beta"] == 0.1)
  }

  @Test func `targets bring what they need and nothing else`() throws {
    #expect(
      try directory.graph(supportManifest, targets: ["sft"]).stages.map(\.name) == [
        "tokenizer", "base", "cleaned", "sft",
      ])
    let problems = directory.problems(supportManifest, targets: ["stf"])
    #expect(problems.map(\.code.rawValue) == ["E026"])
    #expect(problems.first?.hint == "did you mean 'sft'?")
  }

  @Test func `a source that nothing wanted reads may be missing`() throws {
    try FileManager.default.removeItem(at: directory.url.appendingPathComponent("tickets.jsonl"))
    #expect(directory.problems(supportManifest).map(\.code.rawValue) == ["E019"])
    #expect(directory.problems(supportManifest, targets: ["sft"]).isEmpty)
  }

  @Test(
    arguments: [
      ("beta=0.2", nil), ("beta=1", nil), ("seed=8", nil),
      ("seed=1.5", "the parameter 'seed' is an integer by its default 7, not 1.5"),
      ("beta=high", "the parameter 'beta' is a number by its default 0.1, not the string \"high\""),
      ("bta=1", "there is no parameter 'bta' to set"),
    ] as [(String, String?)])
  func `parameters are typed by their defaults`(_ setting: String, _ message: String?) {
    let parts = setting.split(separator: "=").map(String.init)
    let problems = directory.problems(supportManifest, set: [parts[0]: parts[1]])
    #expect(problems.first { $0.severity == .error }?.message == message)
  }

  @Test(arguments: [
    ("params.seed", "parameters are set without 'params.': --set seed=…"), ("sees", "did you mean 'seed'?"),
    (
      "base.max_steps",
      #"a stage's setting is set through a parameter: declare one under 'params:', and use max_steps: "${params.NAME}" in 'base'"#
    ),
    ("nothing.alike", "declare it under 'params:' with its default"),
  ])
  func `what is no parameter by its name is hinted at`(_ name: String, _ hint: String) {
    #expect(directory.problems(supportManifest, set: [name: "8"]).first?.hint == hint)
  }

  @Test func `texts are put together from parameters and variables, values keep their type`() throws {
    let text = supportManifest.changing(
      "max_steps: 600", to: #"note: "b=${params.beta}, $${x} ${env.HOST}!", warmup_steps: "${env.STEPS}""#)
    let graph = try directory.graph(text, environment: ["HOST": "12", "STEPS": "3"])
    let base = try #require(graph[stage: "base"])
    #expect(base.configuration["note"] == "b=0.1, ${x} 12!")
    #expect(base.configuration["warmup_steps"] == 3)
    #expect(base.environment.map(\.name) == ["HOST", "STEPS"])
  }

  @Test func `a key that is both an input and a setting is told apart by its value`() throws {
    let shaped = supportManifest.changing("max_steps: 600", to: "model: {width: 8}")
    let graph = try directory.graph(shaped)
    #expect(graph[stage: "base"]?.configuration["model"]?["width"] == 8)
    #expect(graph[stage: "base"]?.inputs.map(\.port) == ["tokenizer", "corpus"])
    let more = "more: {kind: pretrain, model: \"${base}\", corpus: \"${sources.corpus}\"}"
    let continued = try directory.graph(supportManifest.changing("  cleaned:", to: "  \(more)\n  cleaned:"))
    #expect(continued[stage: "more"]?.inputs.map(\.label) == ["base.model", "sources.corpus"])
  }

  @Test func `circles are shown`() {
    let problems = directory.problems(
      """
      plumbline: 1
      sources: {demos: {path: demos.jsonl, type: demonstrations}}
      stages:
        a: {kind: sft, model: "${c.model}", data: "${sources.demos}"}
        b: {kind: sft, model: "${a.model}", data: "${sources.demos}"}
        c: {kind: sft, model: "${b.model}", data: "${sources.demos}"}
        d: {kind: sft, model: "${d.model}", data: "${sources.demos}"}
      """)
    #expect(problems.map(\.code.rawValue) == ["E016", "E016"])
    #expect(problems.first?.message == "stages depend on each other in a circle: a → c → b → a")
    #expect(problems.first?.location?.line == 4)
    #expect(problems.first?.location?.column == 26)
    #expect(problems.last?.message.hasSuffix("d → d") == true)
  }

  @Test func `all errors come in one pass, in the order of the text`() {
    let problems = directory.problems(
      """
      plumbline: 1
      params: {seed: 7}
      sources:
        demos: {path: demos.jsonl, type: demonstrations}
        gone: {path: gone.jsonl, type: preferences}
      stages:
        a: {kind: clean, data: "${sources.demos}", extra: 1}
        a: {kind: clean, data: "${sources.demos}"}
        demos: {kind: clean, data: "${b.data}"}
        b: {kind: clean, data: "${demos.data}"}
        sft: {kind: sft, model: "${a.data}", data: "${a.rows}", learning_rate: fast}
        dpo: {kind: dpo, model: "${sft.model}", data: "${sources.gone}", beta: -1}
      """)
    #expect(
      problems.map { "\($0.code) \($0.location?.line ?? 0)" } == [
        "E025 2", "E019 5", "E005 7", "E008 8", "E008 9", "E016 9", "E013 11", "E012 11", "E006 11",
        "E006 12",
      ])
  }

  @Test func `anchors and merge keys work, and bombs are refused`() throws {
    let text = supportManifest.changing("name: support", to: "name: support").changing(
      "base: {kind: pretrain,", to: "base: &b {kind: pretrain,"
    ).changing("  cleaned:", to: "  other: {<<: *b, max_steps: 5}\n  cleaned:")
    let graph = try directory.graph(text)
    #expect(graph[stage: "other"]?.configuration["max_steps"] == 5)
    #expect(graph[stage: "other"]?.inputs.count == 2)

    var bomb = "plumbline: 1\nparams:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      bomb +=
        "  a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    #expect(directory.problems(bomb + "stages: {}").contains { $0.code.rawValue == "E003" })
    let deep = "plumbline: " + String(repeating: "[", count: 5000)
    #expect(directory.problems(deep).contains { ["E002", "E003"].contains($0.code.rawValue) })
  }

  @Test(arguments: [
    ("", "E004"), ("# nothing\n", "E004"), ("[1, 2]", "E004"), ("hello", "E004"), ("plumbline: 1", "E007"),
    ("plumbline: 1\nstages:\n", "E007"), ("plumbline: 1\nstages: [a]\n", "E006"),
    ("plumbline: 1\nstages: {a: 1}\n", "E006"), ("plumbline: 1\nstages: {a: {}}\n", "E007"),
    ("plumbline: 1\nstages: {a: {choose: x}}\n", "E007"), ("a: b: c", "E002"), ("\u{1}", "E002"),
  ])
  func `small mistakes in the large are said`(_ text: String, _ code: String) {
    #expect(directory.problems(text).map(\.code.rawValue).contains(code), "\(directory.problems(text))")
  }

  @Test func `files that are no manifests are refused`() throws {
    func code(_ url: URL) -> String? {
      do throws(DiagnosticList) {
        _ = try StageGraph.load(manifest: url, displayPath: "m.yaml", registry: FakeKinds.registry)
        return nil
      } catch { return error.diagnostics.first?.code.rawValue }
    }
    let file = directory.url.appendingPathComponent("m.yaml")
    #expect(code(file) == "E001")
    #expect(code(directory.url) == "E001")
    try Data([0x61, 0xFF, 0xFE]).write(to: file)
    #expect(code(file) == "E001")
    try Data("\u{FEFF}\(supportManifest)".utf8).write(to: file)
    #expect(code(file) == nil)
  }

  @Test func `scalars mean what YAML 1.2 says`() throws {
    let values: [(String, JSON)] = [
      ("yes", "yes"), ("on", "on"), ("True", true), ("~", nil), ("0777", 777), ("0o17", 15), ("0xff", 255),
      ("1:30", "1:30"), ("1e3", 1000.0), ("+12", 12), ("-.5", -0.5), ("1_000", "1_000"), ("'1'", "1"),
      ("1.", 1.0),
      (".", "."), ("-", "-"), ("12e", "12e"), ("\"on\"", "on"), ("99999999999999999999", 1e20),
    ]
    for (text, value) in values {
      let list = text == "-" ? "'-'" : text
      let manifest = supportManifest.changing("seed: 7", to: "seed: 7, probe: \(list)")
      let graph = try directory.graph(manifest)
      #expect(graph.parameters.first { $0.key == "probe" }?.value == value, "\(text)")
    }
  }
}
