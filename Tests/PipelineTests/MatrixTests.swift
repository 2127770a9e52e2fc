import Diagnostics
import JSONText
import Pipeline
import Testing

@Suite struct MatrixTests {
  let directory: ManifestDirectory
  init() throws { directory = try ManifestDirectory() }

  /// Two stages that follow `sft`: one with a matrix, and what consumes it.
  private func manifest(_ sweep: String, _ consumers: String = "") -> String {
    """
    plumbline: 1
    name: sweep
    params: {seed: 7}
    sources:
      corpus:  {path: corpus.txt, type: text}
      ranked:  {path: ranked.jsonl, type: preferences}
    stages:
      tokenizer: {kind: tokenizer, corpus: "${sources.corpus}"}
      base: {kind: pretrain, tokenizer: "${tokenizer.tokenizer}", corpus: "${sources.corpus}", max_steps: "${params.seed}"}
      dpo:
        kind: dpo
        model: "${base.model}"
        data: "${sources.ranked}"
    \(sweep.split(separator: "\n").map { "    \($0)\n" }.joined())\
    \(consumers.split(separator: "\n").map { "  \($0)\n" }.joined())
    """
  }

  private func names(_ text: String, targets: [String] = []) throws -> [String] {
    try directory.graph(text, targets: targets).stages.map(\.name).filter { $0.contains("@") }
  }

  @Test func `A matrix makes an instance for each point, with the axes as settings`() throws {
    let graph = try directory.graph(manifest("matrix: {beta: [0.05, 0.10]}"))
    let instances = graph.stages.filter { $0.declaredName == "dpo" }
    #expect(instances.map(\.name) == ["dpo@beta=0.05", "dpo@beta=0.1"])
    #expect(instances.map { $0.configuration["beta"] } == [0.05, 0.1])
  }

  @Test func `An axis is used in any value, and its texts are made fit for a name`() throws {
    let graph = try directory.graph(
      manifest(
        "",
        """
        go:
          kind: pretrain
          model: "${base.model}"
          corpus: "${sources.corpus}"
          matrix: {flavour: [a/b.c, d]}
          note: "with ${matrix.flavour}"
        end: {kind: evaluate, models: {base: "${base.model}"}}
        """))
    let instances = graph.stages.filter { $0.declaredName == "go" }
    #expect(instances.map(\.name) == ["go@flavour=a_b_c", "go@flavour=d"])
    #expect(instances.map { $0.configuration["note"] } == ["with a/b.c", "with d"])
  }

  @Test func `Points are left out and added`() throws {
    let text = manifest(
      """
      matrix:
        beta: [0.05, 0.1]
        label_smoothing: [0.1, 0.2]
        exclude: [{beta: 0.05, label_smoothing: 0.2}]
        include: [{label_smoothing: 0.3, beta: 0.5}]
      """)
    #expect(
      try names(text) == [
        "dpo@beta=0.05,label_smoothing=0.1", "dpo@beta=0.1,label_smoothing=0.1",
        "dpo@beta=0.1,label_smoothing=0.2",
        "dpo@beta=0.5,label_smoothing=0.3",
      ])
  }

  @Test func `A consumer takes one instance, collects them, or follows its own matrix`() throws {
    let graph = try directory.graph(
      manifest(
        "matrix: {beta: [0.05, 0.1]}",
        """
        one: {kind: evaluate, models: {only: "${dpo@beta=0.1.model}"}}
        all: {kind: evaluate, models: {base: "${base.model}", dpo: "${dpo@*.model}"}}
        next: {kind: dpo, model: "${dpo.model}", data: "${sources.ranked}", matrix: {beta: [0.05, 0.1]}}
        """))
    func inputs(_ stage: String) -> [String] { graph[stage: stage]?.inputs.map(\.label) ?? [] }
    #expect(inputs("one") == ["dpo@beta=0.1.model"])
    #expect(inputs("all") == ["base.model", "dpo@beta=0.05.model", "dpo@beta=0.1.model"])
    #expect(graph[stage: "all"]?.inputs.map(\.name) == ["base", "dpo@beta=0.05", "dpo@beta=0.1"])
    #expect(inputs("next@beta=0.05").first == "dpo@beta=0.05.model")
    #expect(inputs("next@beta=0.1").first == "dpo@beta=0.1.model")
  }

  @Test(arguments: [
    ("dpo", 4), ("dpo@beta=0.05", 2), ("dpo@label_smoothing=0.2,beta=0.1", 1),
    ("dpo@*label_smoothing=0.1", 2), ("dp?@*", 4),
  ])
  func `Instances are chosen by name, by coordinates and by pattern`(target: String, count: Int) throws {
    let text = manifest("matrix: {beta: [0.05, 0.1], label_smoothing: [0.1, 0.2]}")
    #expect(try names(text, targets: [target]).count == count)
  }

  @Test(arguments: [
    ("matrix: {beta: 0.1}", "E030"), ("matrix: {}", "E030"), ("matrix: [1]", "E030"),
    ("matrix: {beta: [0.1, 0.10]}", "E030"), ("matrix: {beta: [[1]]}", "E030"),
    ("matrix: {beta: [x]}", "E006"),
    ("matrix: {colour: [1, 2]}", "E014"),
    ("matrix: {beta: [0.1]}\nlabel_smoothing: \"${matrix.bata}\"", "E011"),
    ("matrix: {beta: [0.1], exclude: [{beta: 0.2}]}", "E030"),
    ("matrix: {beta: [0.1], exclude: [{beta: 0.1}]}", "E030"),
    ("matrix: {beta: [0.1], include: [{gamma: 0.2}]}", "E011"),
    ("matrix: {beta: [1, 2], label_smoothing: [0.1], include: [{beta: 3}]}", "E030"),
    ("label_smoothing: \"${matrix.beta}\"", "E011"),
  ])
  func `What is wrong with a matrix is said at its place`(sweep: String, code: String) throws {
    let problems = directory.problems(manifest(sweep)).filter { $0.severity == .error }
    #expect(problems.first?.code.rawValue == code, "\(problems)")
    #expect(problems.allSatisfy { $0.location?.line ?? 0 > 10 }, "\(problems)")
  }

  @Test func `A matrix that explodes is refused`() {
    let axes = (0..<9).map { "a\($0): [\((0..<200).map(String.init).joined(separator: ", "))]" }
    let problems = directory.problems(manifest("matrix: {\(axes.joined(separator: ", "))}"))
    #expect(problems.contains { $0.message.contains("more than 10000 points") })
  }

  @Test(arguments: [
    ("{only: \"${dpo.model}\"}", "E031"), ("{only: \"${dpo@beta=0.3.model}\"}", "E011"),
    ("{only: \"${dpo@beta=0.1.modle}\"}", "E012"), ("{only: \"${dpo@.model}\"}", "E031"),
  ])
  func `A reference that means no instance or several is refused`(models: String, code: String) {
    let problems = directory.problems(
      manifest("matrix: {beta: [0.05, 0.1]}", "one: {kind: evaluate, models: \(models)}"))
    #expect(problems.first { $0.severity == .error }?.code.rawValue == code, "\(problems)")
  }

  @Test func `An input that takes one reference does not collect`() {
    let problems = directory.problems(
      manifest(
        "matrix: {beta: [0.05, 0.1]}",
        "next: {kind: dpo, model: \"${dpo@*.model}\", data: \"${sources.ranked}\"}"))
    #expect(problems.map(\.code.rawValue) == ["E031"], "\(problems)")
  }
}
