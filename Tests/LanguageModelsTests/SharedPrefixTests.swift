import Compute
import LanguageModels
import TestSupport
import Testing

@Suite struct SharedPrefixTests {
  private static func ids(_ count: Int, seed: UInt64, below bound: Int = 40) -> [Int32] {
    var numbers = SeededNumbers(seed: seed)
    return (0..<count).map { _ in Int32(numbers.integer(below: bound)) }
  }

  /// Two answers to one prompt, a system message in front of it and of another prompt, one alone, and an equal pair.
  private static let sequences: [[Int32]] = {
    let system = ids(17, seed: 1)
    let prompt = system + ids(19, seed: 2)
    let same = ids(18, seed: 8)
    return [
      prompt + ids(4, seed: 3), prompt + ids(7, seed: 4), ids(5, seed: 5), system + ids(10, seed: 6), same,
      prompt, same,
    ]
  }()

  @Test func `What several sequences begin with is in the batch once, and every token has its row`() {
    var batch = TokenBatch()
    let places = batch.append(sharing: Self.sequences)
    for (sequence, place) in zip(Self.sequences, places) {
      #expect(sequence.indices.map { batch.tokens[place[$0]] } == sequence)
      #expect(sequence.indices.map { batch.positions[place[$0]] } == sequence.indices.map(Int32.init))
      #expect(place.last == place[sequence.count - 1])
    }
    #expect(batch.count == 17 + 19 + 4 + 7 + 5 + 10 + 18)
    #expect(Set(batch.segments.flatMap { Array($0.rows) }) == Set(0..<batch.count))
  }

  @Test func `Sequences that begin alike for a few tokens only, or are empty, stay apart`() {
    let start = Self.ids(TokenBatch.leastShared - 1, seed: 7)
    let sequences = [start + [1, 2], start + [3], [], start, []]
    var batch = TokenBatch()
    let places = batch.append(sharing: sequences)
    #expect(batch.count == sequences.reduce(0) { $0 + $1.count })
    #expect(batch.segments.allSatisfy { $0.prefix.isEmpty && !$0.rows.isEmpty })
    for (sequence, place) in zip(sequences, places) {
      #expect(sequence.indices.map { batch.tokens[place[$0]] } == sequence)
    }
  }

  /// Scores all but the first token of each sequence, then takes back a gradient that differs from token to token.
  private static func run(_ sequences: [[Int32]], _ model: LanguageModel, _ workspace: Workspace) -> [Float] {
    let tape = Tape(model.parameters, workspace: workspace, recording: true)
    let batch = PredictionBatch(sequences.map { ($0, 1..<$0.count) }, for: model)
    let head = model.predict(batch, tape)
    head.gradient = zip(batch.targets, head.logProbabilities).map { Float($0 % 5) - 2 + $1 / 4 }
    tape.backward()
    workspace.arena.reset()
    return head.logProbabilities
  }

  @Test(arguments: ["llama", "gpt2", "gpt_neox", "qwen2"])
  func `Log-probabilities and gradients are those of the sequences apart`(_ family: String) throws {
    let model = try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent("models/\(family)"), head: .vocabulary)
    let workspace = Workspace(threads: 2)
    func gradients() -> [Float] {
      model.parameters.specifications.indices.flatMap { model.parameters.copyGradient(at: $0) }
    }
    model.parameters.prepareForTraining()
    model.parameters.zeroGradients()
    let shared = Self.run(Self.sequences, model, workspace)
    let sharedGradients = gradients()
    model.parameters.zeroGradients()
    let apart = Self.sequences.flatMap { Self.run([$0], model, workspace) }
    #expect(greatestDifference(shared.map(Double.init), apart.map(Double.init)) < 2e-5)
    let scale = gradients().reduce(0) { max($0, Double(abs($1))) }
    #expect(scale > 0.1)
    #expect(
      greatestDifference(sharedGradients.map(Double.init), gradients().map(Double.init)) < 2e-5 * scale)
  }
}
