import Alignment
import Compute
import DataLoading
import LanguageModels
import TestSupport

/// The gradient trainers, each over seeded rows of different lengths and a tiny model.
enum TrainingKind: String, CaseIterable, Sendable {
  case supervised, dynamic, packed, reward, list, preference, classification

  /// Those whose gradient is the slope of their loss; dynamic fine-tuning holds a factor of it fixed.
  static let differentiable = allCases.filter { $0 != .dynamic }

  static func loadModel(_ head: LanguageModel.Head) throws -> LanguageModel {
    let name = head == .scalar ? "llama_reward" : "llama"
    return try LanguageModel.load(
      directory: Golden.committed.appendingPathComponent("models/\(name)"), head: head)
  }

  func loadModel() throws -> LanguageModel {
    switch self {
    case .reward, .list: try Self.loadModel(.scalar)
    case .classification: try Self.loadModel(.labels(["a", "b", "c"]))
    default: try Self.loadModel(.vocabulary)
    }
  }

  /// - Parameters:
  ///   - examples: rows to train on.
  ///   - held: rows to validate on.
  func makeObjective(_ model: LanguageModel, _ workspace: Workspace, examples: Int = 8, held: Int = 0) throws
    -> any TrainingObjective
  {
    var rows = SeededRows(model, seed: 40)
    let total = examples + held
    switch self {
    case .supervised, .dynamic:
      let all = (1...total).map { rows.sequence(line: $0) }
      return SupervisedObjective(
        model: model, workspace: workspace, examples: Array(all[..<examples]),
        validation: Array(all[examples...]), loss: self == .dynamic ? .dft : .nll)
    case .packed:
      let all = (1...total).map { rows.sequence(line: $0) }
      let packs = all[..<examples].map { SequencePack([$0, rows.sequence(line: 0)]) }
      return SupervisedObjective(
        model: model, workspace: workspace, packs: packs, validation: Array(all[examples...]))
    case .reward, .list:
      let all = (1...total).map { rows.ranking(line: $0) }
      return RewardObjective(
        model: model, workspace: workspace, examples: Array(all[..<examples]),
        validation: Array(all[examples...]),
        loss: RankingLoss(self == .list ? .plackettLuce : .pairwise, centering: 0.02))
    case .classification:
      let all = (1...total).map { line in
        ClassificationObjective.Example(ids: rows.sequence(line: line).ids, label: line % 3)
      }
      return ClassificationObjective(
        model: model, workspace: workspace, examples: Array(all[..<examples]),
        validation: Array(all[examples...]), weights: [0.5, 2, 1])
    case .preference:
      let all = (1...total).map { rows.pair(line: $0) }
      return PreferenceObjective(
        model: model, reference: .frozen(try Self.reference()), workspace: workspace,
        examples: Array(all[..<examples]), validation: Array(all[examples...]),
        method: PreferenceMethod(loss: SigmoidPreferenceLoss(beta: 0.3, labelSmoothing: 0.1), beta: 0.3))
    }
  }

  /// A model near the one that is trained, but not it, so that log-ratios are not zero.
  static func reference() throws -> LanguageModel {
    let model = try loadModel(.vocabulary)
    var numbers = SeededNumbers(seed: 77)
    for index in 0..<model.parameters.count {
      model.parameters.values.pointer[index] += Float(0.01 * numbers.normal())
    }
    return model
  }
}

/// Rows of seeded tokens.
struct SeededRows {
  private var numbers: SeededNumbers
  private let vocabulary: Int

  init(_ model: LanguageModel, seed: UInt64) {
    numbers = SeededNumbers(seed: seed)
    vocabulary = model.architecture.vocabularySize
  }

  mutating func ids(_ lengths: ClosedRange<Int>) -> [Int32] {
    let count = lengths.lowerBound + numbers.integer(below: lengths.count)
    return (0..<count).map { _ in Int32(numbers.integer(below: vocabulary)) }
  }

  mutating func sequence(line: Int, prompt: [Int32]? = nil) -> TokenizedSequence {
    let prompt = prompt ?? ids(2...9)
    return TokenizedSequence(ids: prompt + ids(1...20), completionStart: prompt.count, line: line)
  }

  mutating func pair(line: Int) -> TokenizedPair {
    let prompt = ids(2...9)
    return TokenizedPair(
      promptLength: prompt.count, chosen: sequence(line: line, prompt: prompt),
      rejected: sequence(line: line, prompt: prompt), margin: nil, line: line)
  }

  /// Two to four candidates, every pair ranked.
  mutating func ranking(line: Int) -> TokenizedRanking {
    let prompt = ids(2...9)
    let candidates = (0..<2 + numbers.integer(below: 3)).map { _ in sequence(line: line, prompt: prompt) }
    return TokenizedRanking(
      promptLength: prompt.count, candidates: candidates, ranks: Array(candidates.indices), margin: 0.2,
      line: line)
  }

  mutating func feedback(line: Int) -> TokenizedFeedback {
    let sequence = sequence(line: line)
    return TokenizedFeedback(
      sequence: sequence, answer: Array(sequence.ids[sequence.completionStart...]),
      isDesirable: line % 3 != 0)
  }

  mutating func prompt(line: Int) -> TokenizedPrompt {
    TokenizedPrompt(ids: ids(2...9), text: "", line: line)
  }
}
