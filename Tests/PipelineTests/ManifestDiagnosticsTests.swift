import Diagnostics
import Foundation
import Pipeline
import Testing

/// One change to the valid manifest and the diagnostic it must cause.
struct Slip: Sendable, CustomTestStringConvertible {
  var part: String
  var other: String
  var code: String
  /// The text at whose first occurrence the diagnostic points.
  var place: String
  var hint: String?

  init(_ part: String, _ other: String, _ code: String, at place: String, hint: String? = nil) {
    (self.part, self.other, self.code, self.place, self.hint) = (part, other, code, place, hint)
  }

  var testDescription: String { "\(part) → \(other)" }

  /// Line and column of the place in a text.
  func position(in text: String) -> String {
    guard let range = text.range(of: place) else { return "nowhere" }
    let before = text[..<range.lowerBound]
    return
      "\(before.count { $0.isNewline } + 1):\(before.count - (before.lastIndex(of: "\n").map { before.distance(from: before.startIndex, to: $0) + 1 } ?? 0) + 1)"
  }
}

@Suite struct ManifestDiagnosticsTests {
  static let slips = [
    Slip("plumbline: 1\n", "", "E004", at: "name: support", hint: "add 'plumbline: 1' as its first line"),
    Slip("plumbline: 1", "plumbline: 2", "E004", at: "2"),
    Slip("plumbline: 1", "plumbline: \"1\"", "E004", at: "\"1\""),
    Slip("name: support", "nam: support", "E005", at: "nam:", hint: "did you mean 'name'?"),
    Slip("learning_rate", "learning_rat", "E005", at: "learning_rat", hint: "did you mean 'learning_rate'?"),
    Slip("max_steps: 600", "model: {with: 3}", "E005", at: "with: 3", hint: "did you mean 'width'?"),
    Slip("max_steps: 600", "max_steps: 600.0", "E006", at: "600.0"),
    Slip("max_steps: 600", "max_steps: yes", "E006", at: "yes"),
    Slip("max_steps: 600", "max_steps: 1_000", "E006", at: "1_000"),
    Slip("max_steps: 600", "max_steps: [1, 2]", "E006", at: "[1, 2]"),
    Slip("1.0e-3", "\"1.0e-3\"", "E006", at: "\"1.0e-3\""),
    Slip("1.0e-3", "27", "E006", at: "27"),
    Slip("1.0e-3", ".nan", "E006", at: ".nan"),
    Slip(
      "{aligned.win_rate:", "{aligned.win_rat:", "E027", at: "aligned.win_rat",
      hint: "did you mean 'aligned.win_rate'?"),
    Slip(
      "{aligned.win_rate:", "{reward:", "E027", at: "reward: \"> 0.6\"",
      hint: "it reports: aligned.win_rate, sft.win_rate"),
    Slip("type: text", "type: txt", "E006", at: "txt}", hint: "did you mean 'text'?"),
    Slip("{path: corpus.txt, type: text}", "{path: corpus.txt}", "E007", at: "corpus:  {path"),
    Slip("kind: clean, ", "", "E007", at: "cleaned: {"),
    Slip("choose: ppo\n    ", "", "E007", at: "align:", hint: "add 'choose: ppo'"),
    Slip("  sft: {kind", "  base: {kind", "E008", at: "base: {kind: sft"),
    Slip("cleaned:", "demos:", "E008", at: "demos: {kind"),
    Slip(" dpo: {", " base: {", "E008", at: "base: {kind: dpo"),
    Slip("cleaned:", "a.b:", "E009", at: "a.b:"),
    Slip("cleaned:", "sources:", "E009", at: "sources: {kind"),
    Slip("kind: clean", "kind: claen", "E010", at: "claen", hint: "did you mean 'clean'?"),
    Slip("${sources.demos}", "${sources.demo}", "E011", at: "${sources.demo}", hint: "did you mean 'demos'?"),
    Slip("${params.beta}", "${params.bet}", "E011", at: "${params.bet}", hint: "did you mean 'beta'?"),
    Slip("model: \"${sft", "model: \"${stf", "E011", at: "${stf", hint: "did you mean 'sft'?"),
    Slip(
      "${align.model}", "${ppo.model}", "E011", at: "${ppo.model}", hint: "did you mean '${align.model}'?"),
    Slip(
      "${tokenizer.tokenizer}", "${tokenizer.tokeniser}", "E012", at: "${tokenizer.tokeniser}",
      hint: "did you mean '${tokenizer.tokenizer}'?"),
    Slip("${cleaned}", "${sources.ranked}", "E013", at: "${sources.ranked}"),
    Slip("${sources.demos}", "${sft.model}", "E013", at: "${sft.model}"),
    Slip("learning_rate: 1.0e-3", "schedule: cosine, warmup_steps: 2", "E014", at: "warmup_steps: 2"),
    Slip(", data: \"${cleaned}\"", "", "E015", at: "sft: {kind"),
    Slip(
      "corpus: \"${sources.corpus}\"}", "corpus: \"${sources.corpus}\", tokenizer: \"${base}\"}", "E005",
      at: "tokenizer: \"${base}"),
    Slip("${sources.demos}", "${sources.demos", "E017", at: "${sources.demos\""),
    Slip("${sources.demos}", "${sources}", "E017", at: "${sources}"),
    Slip(
      "\"${sources.demos}\"", "sources.demos", "E018", at: "sources.demos",
      hint: "did you mean '${sources.demos}'?"),
    Slip("max_steps: 600", "note: \"x${base}\"", "E018", at: "${base}"),
    Slip("models: {sft", "models: {a: \"${params.seed}\", sft", "E018", at: "${params.seed}\", sft"),
    Slip(
      "path: demos.jsonl", "path: demo.jsonl", "E019", at: "demo.jsonl", hint: "did you mean 'demos.jsonl'?"),
    Slip("path: demos.jsonl", "path: .", "E019", at: ".,"),
    Slip("${align.model}", "${align.rollouts}", "E020", at: "${align.rollouts}"),
    Slip("choose: ppo", "choose: pppo", "E021", at: "pppo", hint: "did you mean 'ppo'?"),
    Slip("max_steps: 600", "note: \"${env.UNSET}\"", "E023", at: "${env.UNSET}"),
    Slip("\"> 0.6\"", "0.6", "E024", at: "0.6}"),
    Slip("\"> 0.6\"", "\"about 0.6\"", "E024", at: "\"about"),
    Slip("beta: 0.1}", "beta: 0.1, gamma: 1}", "E025", at: "gamma"),
    Slip("sources:\n", "sources:\n  extra: {path: x, type: text}\n", "E025", at: "extra"),
    Slip("models: {sft", "models: [sft", "E002", at: "}\n    prompts: "),
    Slip("name: support", "\tname: support", "E002", at: "\tname"),
    Slip("seed: 7", "seed: *x", "E002", at: "*x"),
    Slip("name: support", "name: support\n--- 2", "E002", at: "--- 2"),
  ]

  @Test(arguments: slips) func `a slip is reported where it is`(_ slip: Slip) throws {
    let directory = try ManifestDirectory()
    let changed = supportManifest.changing(slip.part, to: slip.other)
    #expect(changed != supportManifest)
    let problems = directory.problems(changed)
    let found = problems.filter { $0.code.rawValue == slip.code }
    let places = found.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0)" }
    #expect(places.contains(slip.position(in: changed)), "\(problems)")
    if let hint = slip.hint { #expect(found.contains { $0.hint == hint }, "\(found)") }
    for diagnostic in found { #expect(diagnostic.location?.excerpt != nil) }
  }

  @Test func `the manifest they are made from is right`() throws {
    let directory = try ManifestDirectory()
    #expect(directory.problems(supportManifest).isEmpty)
  }

  @Test func `a line of many mistakes costs no more than its length`() throws {
    let keys = (0..<20_000).map { "k\($0)," }.joined()
    let text = supportManifest.changing("{kind: clean,", to: "{\(keys) kind: clean,")
    var problems: [Diagnostic] = []
    let time = try ContinuousClock().measure { problems = try ManifestDirectory().problems(text) }
    #expect(problems.count >= 20_000)
    #expect(problems.allSatisfy { $0.location?.excerpt?.utf8.count ?? 0 <= 4096 })
    #expect(time < .seconds(30))
  }
}
