import Diagnostics
import Foundation
import Pipeline
import Stages
import TestSupport

/// Manifests, resolved with the kinds that come with Plumbline.
struct ManifestTarget: FuzzTarget {
  static let name = "manifest"

  private let originals: [[UInt8]]
  private let mutation: ByteMutation

  init(folder: URL) throws {
    let pipelines = Corpus.project.appendingPathComponent("Pipelines")
    originals =
      try FileManager.default.contentsOfDirectory(atPath: pipelines.path).sorted()
      .filter { $0.hasSuffix(".yaml") }.map { try Corpus.bytes(pipelines.appendingPathComponent($0)) }
      + [Array(Self.matrix.utf8)]
    mutation = ByteMutation(
      words: [
        "${", "}", "${params.", "${sources.", "${matrix.", "${sft@*.model}", "&a ", "*a", "<<: *a", "- ",
        ": ", "{", "[",
        "\"", "'", "\n", "\n  ", "\t", "|\n", ">-\n", "? ", "!!binary ", "~", ".inf", ".nan", "#",
        "%YAML 1.2\n", "---\n",
        "choose: ", "options: ", "matrix: ", "exclude: ", "include: ", "require: ", "kind: sft", "seed: ",
        "$${", "stages:\n",
      ], others: originals)
    let main = folder.appendingPathComponent("Pipelines")
    try FileManager.default.createDirectory(at: main, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: folder.appendingPathComponent("Datasets"),
      withDestinationURL: Corpus.project.appendingPathComponent("Datasets"))
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    let original = originals.randomElement(using: &random) ?? []
    return FuzzInput(path: "Pipelines/manifest.yaml", bytes: mutation.apply(to: original, &random))
  }

  func read(_ file: URL) throws {
    _ = try StageGraph.load(
      manifest: file, displayPath: "manifest.yaml", registry: .builtIn, environment: ["USER": "nobody"])
  }

  private static let matrix = """
    plumbline: 1
    name: sweep
    params: {seed: 7, betas: [0.05, 0.1], user: "${env.USER}"}
    env: [USER]
    sources:
      corpus: {path: ../Datasets/support/corpus.txt, type: text}
      demos: {path: ../Datasets/support/demonstrations.jsonl, type: demonstrations}
      ranked: {path: ../Datasets/support/rankings.jsonl, type: preferences}
    stages:
      tokenizer: {kind: tokenizer, corpus: "${sources.corpus}", vocab_size: 512}
      base: &base
        kind: pretrain
        tokenizer: "${tokenizer.tokenizer}"
        corpus: "${sources.corpus}"
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 128}
        max_steps: 6
      sft: {kind: sft, model: "${base}", data: "${sources.demos}", learning_rate: 1.0e-3}
      dpo:
        kind: dpo
        matrix: {beta: [0.05, 0.1], seed: [1, 2], exclude: [{beta: 0.1, seed: 2}], include: [{beta: 0.5, seed: 3}]}
        model: "${sft.model}"
        data: "${sources.ranked}"
        beta: "${matrix.beta}"
        seed: "${matrix.seed}"
      report:
        kind: evaluate
        models: {sft: "${sft.model}", best: "${dpo@beta=0.05,seed=1.model}"}
        corpus: "${sources.corpus}"
        require: {sft.perplexity: "< 100"}

    """
}
