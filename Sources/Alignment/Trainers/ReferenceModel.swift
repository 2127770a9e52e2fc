import Compute
import Foundation
import LanguageModels

/// What log-ratios of a training are taken against.
public enum PreferenceReference {
  /// A uniform distribution: log-ratios are log-probabilities.
  case none
  /// A model that is scored once before training and let go; it may be the policy itself. What it says is looked up
  /// in, and added to, the scores of trainings before.
  case frozen(LanguageModel, scores: (any ScoreStorage)? = nil)
  /// A model that stays: one of its own, not the policy.
  case resident(LanguageModel, synchronization: ReferenceSynchronization? = nil)
}

/// How a reference follows its policy (TR-DPO, Gorbatovski et al. 2024; TRL 1.16 `SyncRefModelCallback`):
/// every `steps` optimiser steps `ref ← α policy + (1 - α) ref`.
public struct ReferenceSynchronization: Sendable, Hashable {
  /// α.
  public var mixup: Double
  public var steps: Int

  public init(mixup: Double = 0.6, steps: Int = 512) {
    self.mixup = mixup
    self.steps = steps
  }
}

/// A reference in the course of a training.
final class ReferenceModel {
  /// Nil without a reference and once a frozen one was let go.
  private(set) var model: LanguageModel?
  /// Counts the times the reference moved.
  private(set) var version = 0
  private let synchronization: ReferenceSynchronization?
  /// Scores of a frozen model.
  let storage: (any ScoreStorage)?
  /// Whether every row that training visits is to be scored before it starts.
  let isFrozen: Bool

  init(_ reference: PreferenceReference) {
    switch reference {
    case .none: (model, synchronization, storage, isFrozen) = (nil, nil, nil, false)
    case .frozen(let model, let scores):
      (self.model, synchronization, storage, isFrozen) = (model, nil, scores, true)
    case .resident(let model, let synchronization):
      (self.model, self.synchronization, storage, isFrozen) = (model, synchronization, nil, false)
    }
  }

  /// Lets a frozen model go.
  func release() { if isFrozen { model = nil } }

  /// Moves the reference towards the policy where that is due.
  ///
  /// - Parameter step: optimiser steps taken.
  func stepped(_ step: Int, policy: LanguageModel) {
    guard let synchronization, let model, step % synchronization.steps == 0 else { return }
    model.parameters.mix(policy.parameters, share: synchronization.mixup)
    version += 1
  }

  /// All weights of a reference that moves, and how often it has moved.
  func carry(_ state: CheckpointCoder) throws {
    guard synchronization != nil, let model else { return }
    try withExtendedLifetime(model) { try state.memory("reference", model.parameters.values.values) }
    try state.value("reference_version", &version)
  }
}

/// What a reference says of rows, computed when first asked for and kept until the reference moves.
struct ReferenceScores<Score: BitwiseCopyable>: Resumable {
  private var scores: [Score?]
  private var version = 0

  init(rows: Int) { scores = Array(repeating: nil, count: rows) }

  mutating func carry(_ state: CheckpointCoder) throws {
    var known = scores.indices.filter { scores[$0] != nil }
    var values = known.compactMap { scores[$0] }
    try state.value("reference_scores_version", &version)
    try state.numbers("reference_scores_rows", &known)
    try state.numbers("reference_scores", &values)
    guard known.count == values.count, known.allSatisfy(scores.indices.contains) else {
      throw CheckpointCoder.Mismatch(part: "reference_scores")
    }
    scores = Array(repeating: nil, count: scores.count)
    for (row, value) in zip(known, values) { scores[row] = value }
  }

  /// - Parameters:
  ///   - rows: indices; the result is in their order.
  ///   - key: what decides the score of a row beside the reference.
  ///   - compute: scores of the rows it is given, which are those that are not known.
  mutating func callAsFunction(
    _ rows: [Int], under reference: ReferenceModel, key: (Int) -> [UInt8],
    _ compute: ([Int], LanguageModel) -> [Score], without: Score
  ) -> [Score] {
    if version != reference.version {
      scores = Array(repeating: nil, count: scores.count)
      version = reference.version
    }
    let missing = rows.filter { scores[$0] == nil }
    if let model = reference.model, !missing.isEmpty {
      let found = Self.scores(of: missing, in: reference.storage, key) { compute(missing, model) }
      for (row, score) in zip(missing, found) { scores[row] = score }
    }
    return rows.map { scores[$0] ?? without }
  }

  /// Scores of rows as the storage has them, or as they are computed, which it then has.
  private static func scores(
    of rows: [Int], in storage: (any ScoreStorage)?, _ key: (Int) -> [UInt8], compute: () -> [Score]
  ) -> [Score] {
    guard let storage else { return compute() }
    let name = withoutActuallyEscaping(key) { storage.key(of: rows.lazy.map($0)) }
    let size = MemoryLayout<Score>.stride
    if let known = storage.load(name, byteCount: rows.count * size) {
      return known.withUnsafeBytes { bytes in
        rows.indices.map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: Score.self) }
      }
    }
    let scores = compute()
    storage.save(scores.withUnsafeBytes { Data($0) }, as: name)
    return scores
  }
}
