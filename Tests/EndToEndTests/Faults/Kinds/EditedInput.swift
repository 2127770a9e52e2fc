import Foundation
import TestSupport
import Testing

/// A source that is edited while a run is under way, and later put back.
enum EditedInput: Fault {
  static let name = "edited input"

  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws {
    let project = bench.project
    let name =
      ["demos.jsonl", "ranked.jsonl", "corpus.txt", "prompts.jsonl"].randomElement(using: &random)
      ?? "demos.jsonl"
    let original = try project.read(name)
    let command = try project.start("run", "pipeline.yaml", "--json")
    bench.wait(&random)
    try project.write(
      original + (name.hasSuffix("txt") ? "One more line.\n" : original.prefix { $0 != "\n" } + "\n"),
      to: name)
    let result = try command.wait()
    try project.write(original, to: name)
    // It used the content of either moment, or said that the content was changing under it.
    try #require(result.status == 0 || result.output.contains("changed"), "\(result.output)\(result.errors)")
  }
}
