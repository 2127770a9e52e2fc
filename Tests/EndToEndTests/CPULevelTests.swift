import JSONText
import Testing

/// One program on several levels of CPUs, which an environment variable chooses among.
@Suite struct CPULevelTests {
  /// Stages whose training draws nothing from a model, so that last digits cannot grow to other tokens.
  private static let stages = ["base", "sft", "reward", "align"]

  private static func train(_ level: String?, threads: Int) throws -> (Project, RunReport) {
    let project = try Project()
    let result = try Plumb.run(
      [
        "run", "pipeline.yaml", "align", "reward", "--choose", "align=dpo", "--threads", "\(threads)",
        "--json",
      ],
      in: project.directory, environment: level.map { ["PLUMBLINE_CPU": $0] } ?? [:])
    try #require(result.status == 0, "\(result.output)\(result.errors)")
    return (project, try RunReport(result))
  }

  private static func losses(_ project: Project) throws -> [Double] {
    try stages.flatMap { stage in
      let series = try project.json("metrics", stage)["series"]?.arrayValue ?? []
      let points = series.first { $0["name"] == "loss" }?["points"]?.arrayValue ?? []
      return points.compactMap { $0[1]?.doubleValue }
    }
  }

  @Test(arguments: Machine.cpuLevels.dropLast())
  func `A lower level trains to the same losses, to equal bytes on any threads`(level: String) throws {
    let (native, _) = try Self.train(nil, threads: 1)
    let (one, first) = try Self.train(level, threads: 1)
    let (two, second) = try Self.train(level, threads: 2)
    #expect(first.digests == second.digests)
    #expect(try one.json("show", "latest")["environment"]?["cpu_level"]?.stringValue == level)
    let expected = try Self.losses(native)
    let losses = try Self.losses(one)
    #expect(losses.count == 15 && losses.count == expected.count)
    #expect(zip(losses, expected).allSatisfy { abs($0 - $1) <= 1e-4 * abs($1) }, "\(losses) \(expected)")
    #expect(try Self.losses(two) == losses)
  }

  @Test func `A level below the CPU's holds for matrix products too`() throws {
    let cores = ["baseline": "Prescott", "x86-64-v3": "Haswell"]
    for level in Machine.cpuLevels.dropLast() {
      let doctor = try Plumb.run(["doctor", "--json"], environment: ["PLUMBLINE_CPU": level])
      let findings = try doctor.json()["findings"]?.arrayValue ?? []
      func text(_ subject: String) -> String {
        findings.first { $0["subject"]?.stringValue == subject }?["text"]?.stringValue ?? ""
      }
      #expect(text("processor").hasSuffix(level == "baseline" ? "baseline" : "AVX2"), "\(findings)")
      #expect(text("matrix products").hasSuffix(cores[level] ?? ""), "\(findings)")
    }
  }

  private static let unusable =
    ["avx512", "X86-64-V3"] + ["x86-64-v3", "x86-64-v4"].filter { !Machine.cpuLevels.contains($0) }

  @Test(arguments: unusable)
  func `A level that there is not is refused before anything computes`(level: String) throws {
    let project = try Project.finished()
    for command in [
      ["run", "pipeline.yaml", "--force", "base"], ["generate", "base.model", "--prompt", "How"],
      ["bench", "base.model", "--steps", "1"],
    ] {
      let result = try Plumb.run(
        command + ["--json"], in: project.directory, environment: ["PLUMBLINE_CPU": level])
      let report = try ErrorReport(result)
      #expect(report.status == 64 && report.entries.map(\.code) == ["E910"], "\(report.entries)")
      #expect(report.entries.first?.message.contains("'\(level)'") == true)
      #expect(report.entries.first?.hint?.contains("set it to baseline") == true)
    }
    let doctor = try Plumb.run(["doctor"], in: project.directory, environment: ["PLUMBLINE_CPU": level])
    #expect(doctor.status == 1 && doctor.output.contains("environment"), "\(doctor.output)")
  }
}
