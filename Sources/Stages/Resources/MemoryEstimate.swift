import Alignment
import Foundation
import LanguageModels
import Pipeline

/// Adds up what a stage holds at its peak.
///
/// Models stay, but for those that a pass brings with it; the memory of passes is that of the greatest.
struct MemoryEstimate {
  /// Bytes of the program itself with its libraries.
  private static let program = 24 << 20
  /// Bytes in memory for each byte of data: the rows as read, and their tokens.
  private static let dataFactor = 6

  private var weights = 0
  private var training = 0
  private var arena = 0
  private var caches = 0
  private var data = 0

  /// A model that is only read.
  mutating func hold(_ model: ModelFootprint) { weights += model.weights }

  /// A model that is trained: weights, gradients, two moments; its best state, if that is kept; an adapter beside
  /// its base, if one is trained.
  mutating func train(_ model: ModelFootprint, _ options: TrainingOptions? = nil) {
    weights += model.weights
    let isAdapted = options?.lora != nil
    training += model.trained * (isAdapted ? 4 : 3)
    if options?.best.isKept == true { training += model.weights + (isAdapted ? model.trained : 0) }
  }

  /// Memory beside models and passes, such as the state that a watchdog goes back to.
  mutating func keep(_ bytes: Int) { training += bytes }

  /// A pass that takes so many bytes.
  mutating func pass(_ bytes: Int) { arena = max(arena, bytes) }

  /// Keys and values of sequences that are continued.
  mutating func cache(_ bytes: Int) { caches = max(caches, bytes) }

  /// Files that are read into memory.
  mutating func read(_ inputs: [StageInput]) {
    for input in inputs where (try? input.dataKind) != nil {
      let size = (try? input.path.resolvingSymlinksInPath().resourceValues(forKeys: [.fileSizeKey]))?.fileSize
      data += (size ?? 0) * Self.dataFactor
    }
  }

  func finished(advice: String? = nil) -> ResourceEstimate {
    ResourceEstimate(
      [
        .init("for weights", bytes: weights), .init("for gradients and moments", bytes: training),
        .init("for activations", bytes: arena), .init("for keys and values", bytes: caches),
        .init("for data", bytes: data), .init("for the program", bytes: Self.program),
      ], advice: advice)
  }
}

extension StageInput {
  /// The size of a model; nil if its configuration cannot be read, which the look at the inputs tells.
  func footprint(_ head: LanguageModel.Head = .vocabulary, lora: LowRankOptions? = nil) -> ModelFootprint? {
    try? ModelFootprint(directory: path, head: head, lora: lora, displayName: displayName)
  }
}

extension [StageInput] {
  /// The input of a port that takes one.
  subscript(port: String) -> StageInput? { first { $0.port == port } }
}
