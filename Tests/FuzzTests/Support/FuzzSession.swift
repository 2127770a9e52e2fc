import Diagnostics
import Foundation
import TestSupport

/// One target and its inputs, in a process of its own: what traps ends that process and not the tests.
struct FuzzSession {
  private static let maximumFindings = 5
  private let plan: FuzzPlan
  private let target: any FuzzTarget
  private var report = FuzzReport()

  init(_ plan: FuzzPlan) throws {
    self.plan = plan
    guard let type = FuzzTargets.all.first(where: { $0.name == plan.target }) else {
      throw CocoaError(.fileNoSuchFile)
    }
    target = try type.init(folder: plan.folder)
  }

  /// Reads every input; the one at work lies in the folder as it was given.
  mutating func run() throws -> FuzzReport {
    var seeds = SeededGenerator(seed: plan.seed)
    for _ in 0..<plan.inputs.lowerBound { _ = seeds.next() }
    // What is loaded once, tables of Unicode and the like, is not counted.
    var warmUp = SeededGenerator(seed: 0)
    try offer(try input(&warmUp))
    report = FuzzReport()
    ProcessUse.limitMemory(to: FuzzPlan.memory)
    let memory = ProcessUse.peakMemory
    let start = ContinuousClock.now
    for number in plan.inputs {
      var random = SeededGenerator(seed: seeds.next())
      try Data("\(number)\n".utf8).write(to: plan.folder.appendingPathComponent("case"))
      let before = ProcessUse.threadSeconds
      try offer(try input(&random), number)
      let seconds = ProcessUse.threadSeconds - before
      report.slowest = max(report.slowest, seconds)
      if seconds > FuzzPlan.slowest { find("takes \(seconds) s", number) }
    }
    report.seconds = (ContinuousClock.now - start) / .seconds(1)
    report.memory = ProcessUse.peakMemory - memory
    return report
  }

  private func input(_ random: inout SeededGenerator) throws -> FuzzInput {
    var input = target.makeInput(&random)
    if let replay = plan.replay { input.bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: replay))) }
    return input
  }

  private mutating func offer(_ input: FuzzInput, _ number: Int = 0) throws {
    let file = plan.folder.appendingPathComponent(input.path)
    try Data(input.bytes).write(to: file)
    report.inputs += 1
    alarm(FuzzPlan.patience)
    defer { alarm(0) }
    do {
      try target.read(file)
      report.accepted += 1
    } catch let error as Diagnostic {
      refused([error], number)
    } catch let error as DiagnosticList {
      refused(error.diagnostics, number)
    } catch {
      find("is refused by no diagnostic: \(error)", number)
    }
  }

  private mutating func refused(_ diagnostics: [Diagnostic], _ number: Int) {
    report.rejected += 1
    if diagnostics.isEmpty { find("is refused without a word", number) }
    for diagnostic in diagnostics {
      let size = diagnostic.message.count
      if size == 0 { find("is refused by \(diagnostic.code) without a message", number) }
      // Room for a file name in front of what is cut.
      if size > 2 * Diagnostic.maximumLength {
        find("is refused by a message of \(size) characters: \(diagnostic.message.prefix(200))", number)
      }
    }
  }

  private mutating func find(_ what: String, _ number: Int) {
    if report.findings.count < Self.maximumFindings { report.findings.append("input \(number) \(what)") }
  }
}
