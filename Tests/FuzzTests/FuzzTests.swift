import Foundation
import Testing

/// Feeds every reader with inputs that are damaged in ways that a seed decides.
///
/// `PLUMBLINE_FUZZ=100000 scripts/test --filter ^FuzzTests` reads that many for each, or with `PLUMBLINE_FUZZ_TARGET` for
/// one. An input that ends the process stays where the issue says; `PLUMBLINE_FUZZ_INPUT` reads it again, whole or after
/// parts of it were cut away.
@Suite(.serialized) struct FuzzTests {
  @Test(arguments: FuzzTargets.chosen)
  func `Every input is read or refused with a message, in bounded time and memory`(target: String)
    async throws
  {
    let plan = FuzzPlan(target: target)
    let folder = plan.folder
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
    await #expect(processExitsWith: .success) { [text = text as String] in
      let plan = try JSONDecoder().decode(FuzzPlan.self, from: Data(text.utf8))
      var session = try FuzzSession(plan)
      let report = try session.run()
      try JSONEncoder().encode(report).write(to: plan.folder.appendingPathComponent("report"))
    }
    guard let data = try? Data(contentsOf: folder.appendingPathComponent("report")) else {
      let number = try? String(contentsOf: folder.appendingPathComponent("case"), encoding: .utf8)
      Issue.record(
        """
        seed \(plan.seed), input \(number ?? "?") ended the process; the input is the newest file in \(folder.path).
        again: PLUMBLINE_FUZZ_TARGET=\(target) PLUMBLINE_FUZZ_INPUT=FILE PLUMBLINE_FUZZ=1 scripts/test --filter ^FuzzTests
        then cut parts of the file away while it still fails
        """)
      return
    }
    let report = try JSONDecoder().decode(FuzzReport.self, from: data)
    print(line(plan, report))
    // Long runs are watched through pipes.
    fflush(nil)
    #expect(report.findings.isEmpty, "seed \(plan.seed)")
    #expect(report.memory < FuzzPlan.memory)
    #expect(plan.inputs.count < 1000 || report.accepted > 0, "no input was close enough to a valid one")
    try FileManager.default.removeItem(at: folder)
  }

  private func line(_ plan: FuzzPlan, _ report: FuzzReport) -> String {
    String(
      format:
        "fuzz %@: seed %llu, %d inputs, %d accepted, %d rejected, %.1f s, slowest %.1f ms, peak +%d KiB",
      plan.target, plan.seed, report.inputs, report.accepted, report.rejected, report.seconds,
      report.slowest * 1000, report.memory >> 10)
  }
}
