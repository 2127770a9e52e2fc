import Compute
import LanguageModels
import TestSupport
import Testing

/// The floating-point work of a training step, which no clock is needed to hold.
@Suite struct WorkCountTests {
  private static let families = ["llama", "gpt2", "gpt_neox", "qwen2"]

  private static func load(_ family: String) throws -> LanguageModel {
    try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent("models/\(family)"), head: .vocabulary)
  }

  private static func batch(_ model: LanguageModel, lengths: [Int]) -> PredictionBatch {
    var numbers = SeededNumbers(seed: 5)
    let rows = lengths.map { length in (0..<length).map { _ in Int32(numbers.integer(below: 40)) } }
    return PredictionBatch(rows.map { ($0, 1..<$0.count) }, for: model)
  }

  private static func step(_ model: LanguageModel, _ batch: PredictionBatch, _ workspace: Workspace)
    -> WorkCounts
  {
    workspace.team.counts = WorkCounts()
    let tape = Tape(model.parameters, workspace: workspace, recording: true)
    model.predict(batch, tape).gradient = Array(repeating: 1, count: batch.targets.count)
    tape.backward()
    workspace.arena.reset()
    return workspace.team.counts ?? WorkCounts()
  }

  /// Values of the matrices that tokens are multiplied with: all but tables that are looked up.
  private static func multiplied(_ model: LanguageModel) -> Int {
    let tables = ["embed_tokens", "wte", "wpe", "embed_in"]
    let matrices = model.parameters.specifications.filter { specification in
      specification.shape.count > 1 && !tables.contains { specification.name.contains($0) }
    }
    let linear = matrices.filter { !$0.name.contains("lm_head") && !$0.name.contains("embed_out") }
    return linear.reduce(0) { $0 + $1.count } + model.vocabularyWeight.count
  }

  @Test(arguments: families)
  func `A step costs six operations for each token and value of a matrix, and what attention sees`(
    family: String
  ) throws {
    let model = try Self.load(family)
    let batch = Self.batch(model, lengths: [20, 9, 31])
    let counts = Self.step(model, batch, Workspace(threads: 1))
    #expect(batch.input.count == 19 + 8 + 30)
    #expect(counts.productOperations == 6 * batch.input.count * Self.multiplied(model))
    // Two products of a row with each token it sees, and five for the gradient, in each head of each layer.
    let seen = [19, 8, 30].reduce(0) { $0 + $1 * ($1 + 1) / 2 }
    let heads = try #require(
      (model.configuration["num_attention_heads"] ?? model.configuration["n_head"])?.intValue)
    let width = model.architecture.layerCount * heads * model.architecture.headSize
    #expect(counts.attentionOperations == 7 * 2 * seen * width)
  }

  @Test(arguments: families)
  func `What pairs of a prompt share costs once`(family: String) throws {
    let model = try Self.load(family)
    var numbers = SeededNumbers(seed: 6)
    func ids(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(numbers.integer(below: 40)) } }
    let prompt = ids(24)
    let pairs = [prompt + ids(5), prompt + ids(8)]
    let batch = PredictionBatch(pairs.map { ($0, 24..<$0.count) }, for: model)
    let counts = Self.step(model, batch, Workspace(threads: 1))
    let linear = Self.multiplied(model) - model.vocabularyWeight.count
    #expect(batch.input.count == 24 + 4 + 7)
    #expect(
      counts.productOperations
        == 6 * (batch.input.count * linear + batch.targets.count * model.vocabularyWeight.count))
  }

  @Test(arguments: families)
  func `The last layer computes what is scored only`(family: String) throws {
    let model = try Self.load(family)
    var numbers = SeededNumbers(seed: 7)
    let rows = (0..<3).map { _ in (0..<120).map { _ in Int32(numbers.integer(below: 40)) } }
    let batch = PredictionBatch(rows.map { ($0, 90..<120) }, for: model)
    let counts = Self.step(model, batch, Workspace(threads: 1))
    let last = model.architecture.layerCount - 1
    let attention = ["q_proj", "k_proj", "v_proj", "c_attn", "query_key_value"]
    let left = model.parameters.specifications.filter { specification in
      specification.shape.count > 1
        && ["layers.\(last).", ".h.\(last)."].contains { specification.name.contains($0) }
        && !attention.contains { specification.name.contains($0) }
    }.reduce(0) { $0 + $1.count }
    let linear = Self.multiplied(model) - model.vocabularyWeight.count
    #expect(left > linear / 10)
    #expect(
      counts.productOperations
        == 6 * (3 * 119 * (linear - left) + 3 * 30 * (left + model.vocabularyWeight.count)))
    // A row sees itself and what is before it; in the last layer, rows from 89 on look.
    let (seen, seenLast) = (3 * 119 * 120 / 2, 3 * (119 * 120 - 89 * 90) / 2)
    let heads = try #require(
      (model.configuration["num_attention_heads"] ?? model.configuration["n_head"])?.intValue)
    #expect(
      counts.attentionOperations
        == 7 * 2 * heads * model.architecture.headSize * (last * seen + seenLast))
  }

  @Test(arguments: families)
  func `Layers that are computed again give the same gradients for two operations more`(family: String) throws
  {
    var gradients: [[Float]] = []
    var counts: [WorkCounts] = []
    var peaks: [Int] = []
    for recomputes in [false, true] {
      let model = try Self.load(family)
      let workspace = Workspace(threads: 2)
      workspace.recomputesLayers = recomputes
      counts.append(Self.step(model, Self.batch(model, lengths: [20, 9, 31]), workspace))
      gradients.append(model.parameters.gradients?.copy() ?? [])
      peaks.append(workspace.arena.peakBytes)
    }
    #expect(!gradients[0].isEmpty && gradients[0] == gradients[1])
    #expect(peaks[1] < peaks[0])
    let model = try Self.load(family)
    let layers = Self.multiplied(model) - model.vocabularyWeight.count
    #expect(counts[1].productOperations - counts[0].productOperations == 2 * (19 + 8 + 30) * layers)
    #expect(counts[1].attentionOperations * 7 == counts[0].attentionOperations * 9)
  }

  @Test(arguments: families)
  func `Prompts that are the same are read once, and answered as if they were alone`(family: String) throws {
    let model = try Self.load(family)
    let workspace = Workspace(threads: 2)
    let prompt = (0..<9).map { Int32(7 * $0 % 40) }
    let options = GenerationOptions(maximumTokens: 6, temperature: 0.9, seed: 4)
    workspace.team.counts = WorkCounts()
    let answers = model.generate([prompt, prompt, prompt], options: options, workspace: workspace)
    // The prompt foretells one token for all; each of five more tokens is read by three answers.
    let (read, foretold) = (9 + 3 * 5, 1 + 3 * 5)
    let linear = Self.multiplied(model) - model.vocabularyWeight.count
    #expect(
      workspace.team.counts?.productOperations
        == 2 * (read * linear + foretold * model.vocabularyWeight.count))
    for (index, answer) in answers.enumerated() {
      let alone = model.generate([prompt], options: options, workspace: workspace, streams: [index])
      #expect(alone[0].ids == answer.ids)
    }
    #expect(Set(answers.map(\.ids)).count > 1)
  }

  @Test func `Steps of the same rows make the same calls and ask for no more memory`() throws {
    let model = try Self.load("llama")
    let batch = Self.batch(model, lengths: [40, 12, 33, 8])
    let workspace = Workspace(threads: 2)
    let first = Self.step(model, batch, workspace)
    let growths = workspace.arena.growths
    let peak = workspace.arena.peakBytes
    for _ in 0..<5 { #expect(Self.step(model, batch, workspace) == first) }
    #expect(workspace.arena.growths == growths && workspace.arena.peakBytes == peak)
    // A product of less than two million operations is one call of BLAS; one of less than sixteen is two.
    #expect(first.products.keys.allSatisfy { $0.operations < 1 << 24 })
    #expect(
      first.calls == first.products.reduce(0) { $0 + ($1.key.operations < 1 << 21 ? 1 : 2) * $1.value })
  }
}
