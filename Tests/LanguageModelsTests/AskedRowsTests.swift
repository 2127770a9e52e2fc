import Compute
import LanguageModels
import TestSupport
import Testing

/// What the last layer leaves out because nobody asks for it.
@Suite struct AskedRowsTests {
  private static let families = ["llama", "gpt2", "gpt_neox", "qwen2"]

  private static func load(_ family: String) throws -> LanguageModel {
    try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent("models/\(family)"), head: .vocabulary)
  }

  /// Sequences longer than a block of queries, some of them with a common start, and one that nothing is asked of.
  private static let batch: TokenBatch = {
    var numbers = SeededNumbers(seed: 12)
    func ids(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(numbers.integer(below: 40)) } }
    let prompt = ids(41)
    var batch = TokenBatch()
    _ = batch.append(sharing: [prompt + ids(9), prompt + ids(5), ids(70), ids(3)])
    return batch
  }()

  /// Out of order, twice, with gaps, the last of a prefix alone; none of the last sequence.
  private static let rows = [54, 40, 43, 40, 57, 90, 91, 124]

  /// States of the rows and the gradients of all parameters for a gradient that differs from value to value.
  private static func run(
    _ model: LanguageModel, recomputing: Bool = false, _ states: (Tape) -> Tensor
  ) -> (states: [Double], gradients: [Double], counts: WorkCounts) {
    let workspace = Workspace(threads: 2)
    workspace.recomputesLayers = recomputing
    model.parameters.prepareForTraining()
    model.parameters.zeroGradients()
    workspace.team.counts = WorkCounts()
    let tape = Tape(model.parameters, workspace: workspace, recording: true)
    let hidden = states(tape)
    let head = tape.logProbabilityHead(
      hidden, model.vocabularyWeight, targets: (0..<hidden.rows).map { Int32(3 * $0 % 40) })
    head.gradient = head.logProbabilities.indices.map { Float($0 % 5) - 1.5 }
    let values = hidden.copy().map(Double.init)
    tape.backward()
    let gradients = model.parameters.specifications.indices.flatMap { model.parameters.copyGradient(at: $0) }
    return (values, gradients.map(Double.init), workspace.team.counts ?? WorkCounts())
  }

  @Test(arguments: families)
  func `States have the bits, and gradients the values, of a pass that computes every row`(family: String)
    throws
  {
    let model = try Self.load(family)
    let whole = Self.run(model) { $0.gatherRows(model.hiddenStates($0, Self.batch), Self.rows) }
    let asked = Self.run(model) { model.hiddenStates($0, Self.batch, of: Self.rows) }
    let again = Self.run(model, recomputing: true) { model.hiddenStates($0, Self.batch, of: Self.rows) }
    #expect(asked.states == whole.states)
    let scale = whole.gradients.map(abs).max() ?? 0
    #expect(scale > 0.1)
    #expect(greatestDifference(asked.gradients, whole.gradients) < 2e-6 * scale)
    #expect(again.states == asked.states && again.gradients == asked.gradients)
    #expect(asked.counts.productOperations < whole.counts.productOperations)
    #expect(asked.counts.attentionOperations < whole.counts.attentionOperations)
  }

  @Test(arguments: families)
  func `A pass that does not record gives the same bits`(family: String) throws {
    let model = try Self.load(family)
    let workspace = Workspace(threads: 1)
    let tape = Tape(model.parameters, workspace: workspace, recording: false)
    let states = model.hiddenStates(tape, Self.batch, of: Self.rows).copy().map(Double.init)
    #expect(states == Self.run(model) { model.hiddenStates($0, Self.batch, of: Self.rows) }.states)
  }
}
