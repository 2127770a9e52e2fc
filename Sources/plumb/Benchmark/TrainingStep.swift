import Compute
import LanguageModels

/// One optimiser step of next-token training on made-up tokens, the same every time.
struct TrainingStep {
  private let model: LanguageModel
  private let workspace: Workspace
  private let optimizer: AdamW
  private let batch: PredictionBatch

  /// Tokens that the model reads.
  var tokens: Int { batch.input.count }

  /// - Parameters:
  ///   - sequences: at least one.
  ///   - length: tokens of each, at least two.
  init(_ model: LanguageModel, _ workspace: Workspace, sequences: Int, length: Int) {
    self.model = model
    self.workspace = workspace
    optimizer = AdamW(model.parameters, options: AdamW.Options(), workspace: workspace)
    let random = CounterRandom(seed: 0, purpose: .sampling)
    let vocabulary = model.architecture.vocabularySize
    let rows = (0..<sequences).map { sequence in
      (0..<length).map { index in
        Int32(random.integer(below: vocabulary, stream: UInt64(sequence), index: UInt64(index)))
      }
    }
    batch = PredictionBatch(rows.map { (ids: $0, scored: 1..<length) }, for: model)
  }

  /// Forward, backward, clipping and AdamW, at a learning rate of zero.
  func run() {
    let tape = Tape(model.parameters, workspace: workspace, recording: true)
    let head = model.predict(batch, tape)
    head.gradient = Array(repeating: -1 / Float(batch.targets.count), count: batch.targets.count)
    tape.backward()
    workspace.arena.reset()
    optimizer.update(learningRate: 0, gradientScale: min(1, 1 / (optimizer.gradientNorm() + 1e-6)))
  }
}
