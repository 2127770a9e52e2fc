import Foundation
import JSONText
import Testing

/// The shipped pipeline whose answers a rule can check.
@Suite struct ArithmeticTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func `GRPO raises the accuracy on held-out sums at least threefold over its SFT start`() throws {
    let project = try Project()
    for folder in ["Pipelines", "Datasets"] {
      try FileManager.default.createDirectory(
        at: project.path(folder), withIntermediateDirectories: true)
    }
    for path in ["Pipelines/arithmetic.yaml", "Datasets/arithmetic"] {
      try FileManager.default.copyItem(at: Self.root.appendingPathComponent(path), to: project.path(path))
    }
    let result = try project.plumb("run", "Pipelines/arithmetic.yaml", "--quiet", "--threads", "1")
    try #require(result.status == 0, "\(result.output)\(result.errors)")
    try #require(try project.plumb("export", "report", "exported").status == 0)
    let report = try JSON.parse(Array(project.read("exported/report.json").utf8), file: "report.json")
    let accuracy = try ["sft", "grpo"].map { name in
      try #require(report["metrics"]?["\(name).exact_match"]?.doubleValue)
    }
    #expect(accuracy[1] >= 3 * accuracy[0], "\(accuracy)")
  }
}
