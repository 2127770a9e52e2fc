import Diagnostics
import Foundation
import Pipeline

/// A manifest with every feature, valid as it stands.
let supportManifest = """
  plumbline: 1
  name: support
  params: {seed: 7, beta: 0.1}
  sources:
    corpus:  {path: corpus.txt, type: text}
    demos:   {path: demos.jsonl, type: demonstrations}
    ranked:  {path: ranked.jsonl, type: preferences}
    tickets: {path: tickets.jsonl, type: prompts}
  stages:
    tokenizer: {kind: tokenizer, corpus: "${sources.corpus}"}
    base: {kind: pretrain, tokenizer: "${tokenizer.tokenizer}", corpus: "${sources.corpus}", max_steps: 600}
    cleaned: {kind: clean, data: "${sources.demos}"}
    sft: {kind: sft, model: "${base}", data: "${cleaned}", learning_rate: 1.0e-3}
    reward: {kind: reward, model: "${sft.model}", data: "${sources.ranked}", warmup_steps: "${params.seed}"}
    align:
      choose: ppo
      options:
        ppo: {kind: ppo, model: "${sft.model}", reward_model: "${reward}", prompts: "${sources.tickets}"}
        dpo: {kind: dpo, model: "${sft.model}", data: "${sources.ranked}", beta: "${params.beta}"}
    report:
      kind: evaluate
      models: {sft: "${sft.model}", aligned: "${align.model}"}
      prompts: "${sources.tickets}"
      require: {aligned.win_rate: "> 0.6"}

  """

/// A directory with the files that `supportManifest` names; removed with the value.
final class ManifestDirectory: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("manifest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for name in ["corpus.txt", "demos.jsonl", "ranked.jsonl", "tickets.jsonl"] {
      try Data("\(name)\n".utf8).write(to: url.appendingPathComponent(name))
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func graph(
    _ text: String, set parameters: [String: String] = [:], choose choices: [String: String] = [:],
    targets: [String] = [], environment: [String: String] = [:]
  ) throws(DiagnosticList) -> StageGraph {
    try StageGraph.resolve(
      text: text, manifest: url.appendingPathComponent("m.yaml"), displayPath: "m.yaml",
      registry: FakeKinds.registry, overrides: ManifestOverrides(parameters: parameters, choices: choices),
      targets: targets, environment: environment)
  }

  /// What is wrong with a manifest, as `code line:column message`.
  func problems(
    _ text: String, set parameters: [String: String] = [:], choose choices: [String: String] = [:],
    targets: [String] = []
  ) -> [Diagnostic] {
    do throws(DiagnosticList) {
      return try graph(text, set: parameters, choose: choices, targets: targets).warnings
    } catch { return error.diagnostics }
  }
}

extension String {
  /// The text with one occurrence of a part replaced.
  func changing(_ part: String, to other: String) -> String {
    guard let range = range(of: part) else { return self }
    return replacingCharacters(in: range, with: other)
  }
}
