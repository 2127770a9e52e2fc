import Diagnostics
import Execution
import Foundation
import JSONText
import Pipeline
import TestSupport

/// The lines that a stage's process sends.
struct StageEventsTarget: FuzzTarget {
  static let name = "stage-events"

  private let rows: JSONMutation
  private let bytes: ByteMutation
  private let lines: [[UInt8]]

  init(folder: URL) throws {
    let problem = Diagnostic(
      DiagnosticCode("E501", "the loss is not finite"), "loss is nan",
      at: SourceLocation(file: "rows.jsonl", line: 3, column: 1, excerpt: "{"), hint: "lower learning_rate")
    let events: [StageEvent] = [
      .progress(StageProgress(done: 3, total: 9, unit: "steps", note: "loss 2.5")),
      .resumed(StageProgress(done: 2, total: 9, unit: "steps")), .metric(name: "loss", step: 3, value: 2.5),
      .metric(name: "loss", step: 4, value: .infinity),
      .log(.info, "a line"), .describe(port: "model", facts: ["rows": 3]), .done, .failed([problem]),
      .cancelled,
    ]
    lines = events.map { Array($0.json.compact.utf8) }
    rows = JSONMutation(
      events.map(\.json), words: ["nan", "inf", "progress", "metric", "failed", "describe", "v"])
    bytes = ByteMutation(words: ["\n", "{\"v\":1,\"event\":\"done\"}\n", "\"v\":2"], others: lines)
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    var parts = (0..<Int.random(in: 0...3, using: &random)).map { _ in
      lines.randomElement(using: &random) ?? []
    }
    parts.append(random.once(in: 2) ? rows.make(&random) : lines.randomElement(using: &random) ?? [])
    var file = Array(parts.joined(separator: [0x0A])) + [0x0A]
    if random.once(in: 2) { file = bytes.apply(to: file, &random) }
    return FuzzInput(path: "events", bytes: file)
  }

  func read(_ file: URL) throws {
    let handle = try FileHandle(forReadingFrom: file)
    var reader = EventReader(descriptor: handle.fileDescriptor)
    let malformed = reader.readAll { event in _ = StageEvent(json: event.json) }
    try handle.close()
    if let malformed {
      throw Diagnostic(DiagnosticCode("E400", "not an event"), "a line is no event: '\(malformed)'")
    }
  }
}
