import Foundation
import JSONText
import Testing

@Suite struct ClassificationTests {
  private static let stage = """
      classify:
        kind: classify
        model: "${base.model}"
        data: "${sources.labels}"
        max_steps: 20
        batch_size: 6
        learning_rate: 0.01
        seed: "${params.seed}"
        require: {logistic_regression.accuracy: "> 0.9"}

    """

  /// The tiny pipeline with a classifier of three kinds of complaints behind it.
  private func project() throws -> Project {
    let project = try Project.finished()
    let openings = ["my export stops", "the invoice is wrong", "I cannot log in"]
    let labels = ["export", "billing", "login"]
    try project.write(
      "text,label\n" + (0..<60).map { "\"\(openings[$0 % 3]), ticket \($0)\",\(labels[$0 % 3])\n" }.joined(),
      to: "labels.csv")
    try project.replace("sources:\n", with: "sources:\n  labels: {path: labels.csv, type: labels}\n")
    try project.replace("stages:\n", with: "stages:\n" + Self.stage)
    return project
  }

  @Test func `A classifier is trained, reported beside its baselines, and classifies texts`() throws {
    let project = try project()
    let check = try project.plumb("check", "pipeline.yaml")
    #expect(check.status == 0 && check.output.contains("3 labels: billing 20, export 20, login 20"))
    let run = try project.plumb("run", "pipeline.yaml", "--quiet")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try project.plumb("export", "classify.report", "report").status == 0)
    let report = try JSON.parse(Array(project.read("report/report.json").utf8), file: "report.json")
    #expect(report["schema"] == "plumb.classification/1" && report["rows"]?["held_out"] == 6)
    #expect(try project.read("report/report.txt").contains("logistic_regression"))

    let one = try project.json("classify", "classify.model", "--text", "the invoice is wrong, ticket 99")
    let answer = try #require(one["results"]?[0])
    let probabilities = (answer["probabilities"]?.members ?? []).map {
      ($0.key, $0.value.doubleValue ?? .nan)
    }
    #expect(Set(probabilities.map(\.0)) == ["billing", "export", "login"])
    #expect(abs(probabilities.reduce(0) { $0 + $1.1 } - 1) < 1e-9)
    #expect(answer["label"]?.stringValue == probabilities[0].0 && probabilities[0].1 >= probabilities[1].1)

    try project.write("my export stops\n\nI cannot log in\n", to: "texts.txt")
    let lines = try project.plumb("classify", "classify.model", "--file", "texts.txt", "--top", "1").output
      .split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasSuffix("%\tmy export stops"))
    #expect(try project.plumb("export", "classify.model", "model").status == 0)
    let exported = try project.json("classify", "model", "--text", "the invoice is wrong, ticket 99")
    #expect(exported == one)
  }

  @Test func `Models of other kinds are refused by name, and so is a classifier that is to write`() throws {
    let project = try project()
    #expect(try project.plumb("run", "pipeline.yaml", "--quiet").status == 0)
    let language = try project.plumb("classify", "sft.model", "--text", "hi")
    #expect(language.status == 1 && language.errors.contains("'sft.model' is of type model"))
    let classifier = try project.plumb("generate", "classify.model", "--prompt", "hi")
    #expect(classifier.status == 1 && classifier.errors.contains("'classify.model' is of type classifier"))
    #expect(try project.plumb("export", "reward", "rm").status == 0)
    let reward = try project.plumb("classify", "rm", "--text", "hi")
    #expect(reward.errors.contains("it is a reward model; a classifier was expected"))
    let long = try project.plumb("classify", "classify.model", "--text", String(repeating: "x ", count: 400))
    #expect(long.status == 1 && long.errors.contains("the model takes 1 to 128"))
  }
}
