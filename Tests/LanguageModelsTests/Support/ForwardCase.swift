import Compute
import JSONText
import LanguageModels
import TestSupport
import Testing

/// What the reference makes of one sequence: `ids`, `token_logps` of all but the first, `last_logits`, and `grads` of
/// the mean loss per tensor as `[sum, L2 norm, first values]`.
struct ForwardCase {
  let ids: [Int32]
  private let golden: JSON

  init(_ golden: JSON) {
    self.golden = golden
    ids = golden["ids"]?.ids ?? []
  }

  /// The cases of a file, or none.
  static func all(in file: JSON) -> [ForwardCase] { (file["cases"]?.arrayValue ?? []).map(ForwardCase.init) }

  func expectLogProbabilities(_ model: LanguageModel, _ workspace: Workspace) {
    let logps = model.tokenLogProbabilities([(ids, 1)], workspace: workspace)[0].map(Double.init)
    let expected = golden["token_logps"]?.doubles ?? []
    #expect(greatestDifference(logps, expected) < 2e-5)
    let loss = -logps.reduce(0, +) / Double(logps.count)
    let expectedLoss = golden["loss"]?.doubleValue ?? -expected.reduce(0, +) / Double(expected.count)
    #expect(abs(loss - expectedLoss) < 2e-5)
    let tape = Tape(model.parameters, workspace: workspace, recording: false)
    let hidden = tape.gatherRows(model.hiddenStates(tape, TokenBatch([ids])), [ids.count - 1])
    let logits = tape.logits(hidden, model.vocabularyWeight).copy().map(Double.init)
    workspace.arena.reset()
    #expect(greatestDifference(logits, golden["last_logits"]?.doubles ?? []) < 2e-5)
  }

  func expectGradients(_ model: LanguageModel, _ workspace: Workspace) throws {
    let tape = Tape(model.parameters, workspace: workspace, recording: true)
    model.parameters.zeroGradients()
    let head = model.predict(PredictionBatch([(ids, 1..<ids.count)], for: model), tape)
    head.gradient = Array(repeating: -1 / Float(ids.count - 1), count: ids.count - 1)
    tape.backward()
    workspace.arena.reset()
    let expected = golden["grads"]?.members ?? []
    #expect(expected.count == model.parameters.specifications.count)
    for member in expected {
      let index = try #require(model.parameters.index(ofReference: member.key))
      let gradient = model.parameters.copyGradient(at: index)
      let figures = member.value.doubles
      let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(relativeDifference(norm, figures[1]) < 2e-4, "\(member.key)")
      let sum = gradient.reduce(0.0) { $0 + Double($1) }
      #expect(abs(sum - figures[0]) < 2e-4 * max(1, figures[1]), "\(member.key)")
      for (value, wanted) in zip(gradient, figures[2...]) {
        #expect(abs(Double(value) - wanted) < 2e-4 * max(figures[1], 1e-3), "\(member.key)")
      }
    }
  }

  /// Tokens one by one into a cache must give the hidden states of one pass.
  func expectCachedStates(_ model: LanguageModel, _ workspace: Workspace) {
    let whole = Tape(model.parameters, workspace: workspace, recording: false)
    let expected = model.hiddenStates(whole, TokenBatch([ids])).copy().map(Double.init)
    workspace.arena.reset()
    let cache = model.makeCache(slots: 2, capacity: ids.count)
    var states: [Float] = []
    for (past, id) in ids.enumerated() {
      var batch = TokenBatch()
      batch.append([id], past: past, slot: 1)
      let tape = Tape(model.parameters, workspace: workspace, recording: false)
      states += model.hiddenStates(tape, batch, cache: cache).copy()
      workspace.arena.reset()
    }
    let scale = expected.reduce(1) { max($0, abs($1)) }
    #expect(greatestDifference(states.map(Double.init), expected) < 2e-5 * scale)
  }
}
