import Foundation
import TestSupport
import Testing

/// Calls the command with arguments that make no sense; `PLUMBLINE_ARGUMENTS` says how often.
@Suite struct ArgumentTests {
  private static let words = [
    "run", "plan", "check", "why", "status", "runs", "show", "lineage", "diff", "metrics", "generate",
    "tokenize", "classify",
    "export", "store", "verify", "gc", "path", "pin", "unpin", "tag", "tags", "schema", "explain", "doctor",
    "compare",
    "stage", "help", "pipeline.yaml", "demos.jsonl", ".", "..", "/", "", "-", "--", "---", "latest", "sft",
    "sft.model",
    "align.rollouts", "sft.", ".model", "base@seed=1", "sources.demos", "sft.model:", "0", "-1",
    "99999999999999999999", "1e400",
    "NaN", "0123456789ab", "\u{1B}[31m", "é\u{301}", "👩‍🚀", "a/b/../c", String(repeating: "x", count: 5000),
    "*", "dpo@*", "%s%n",
    "--json", "--store", "--set", "seed=8", "seed=", "=8", "--choose", "align=dpo", "align=", "--force",
    "--jobs", "--from",
    "--only", "--keep-going", "--threads", "--quiet", "--verbose", "--up", "--down", "--dot", "--mermaid",
    "--csv", "--plot", "--plan",
    "--prompt", "--max-tokens", "--temperature", "--top-k", "--seed", "--text", "--file", "--decode",
    "--keep-runs", "--max-size",
    "--grace", "--cached", "--help", "--version", "-h", "-j4", "--json=1", "--repair", "--delete", "--note",
    "--at", "--limit",
  ]

  private let count = ProcessInfo.processInfo.environment["PLUMBLINE_ARGUMENTS"].flatMap(Int.init) ?? 60
  @Test func `22: No arguments end the command by a signal, and what it refuses has a reason`() throws {
    let seed = SeededGenerator.seed()
    print("PLUMB_TEST_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    let project = try Project.finished()
    var statuses: [Int32: Int] = [:]
    for _ in 0..<count {
      let arguments = (0..<Int.random(in: 1...6, using: &random)).compactMap { _ in
        Self.words.randomElement(using: &random)
      }
      let result = try Plumb.run(arguments, in: project.directory)
      statuses[result.status, default: 0] += 1
      #expect(result.status < 128 || result.status == 130, "seed \(seed): \(arguments): \(result.errors)")
      let said = result.output + result.errors
      #expect(
        [0, 1, 2, 3, 4, 7, 64, 130].contains(result.status),
        "seed \(seed): \(arguments): \(result.status) \(said)")
      #expect(result.status == 0 || !said.isEmpty, "seed \(seed): \(arguments)")
    }
    print(
      "arguments: \(count) calls, exit codes \(statuses.sorted { $0.key < $1.key }.map { "\($0.key) ×\($0.value)" })"
    )
    #expect(try project.plumb("status").status == 0)
  }
}
