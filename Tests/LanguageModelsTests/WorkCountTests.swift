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

  @Test func `Steps of the same rows make the same calls and ask for no more memory`() throws {
    let model = try Self.load("llama")
    let batch = Self.batch(model, lengths: [40, 12, 33, 8])
    let workspace = Workspace(threads: 2)
    let first = Self.step(model, batch, workspace)
    let growths = workspace.arena.growths
    let peak = workspace.arena.peakBytes
    for _ in 0..<5 { #expect(Self.step(model, batch, workspace) == first) }
    #expect(workspace.arena.growths == growths && workspace.arena.peakBytes == peak)
    // Products this small are one call each.
    #expect(first.calls == first.products.values.reduce(0, +))
  }
}
