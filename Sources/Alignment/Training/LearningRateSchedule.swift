import Foundation

/// The learning rate at each optimiser step, as transformers 5.23 computes it.
public struct LearningRateSchedule: Sendable {
  public let type: LearningRateScheduleType
  public let peak: Double
  public let warmup: Int
  public let total: Int

  public init(_ options: TrainingOptions, totalSteps: Int) {
    type = options.schedule
    peak = options.learningRate
    total = totalSteps
    warmup =
      options.warmupSteps > 0
      ? options.warmupSteps : Int((options.warmupRatio * Double(totalSteps)).rounded(.up))
  }

  /// - Parameter step: counted from 0; with warm-up the first step has rate 0.
  public func rate(at step: Int) -> Double {
    if type == .constant { return peak }
    if step < warmup { return peak * Double(step) / Double(max(1, warmup)) }
    let progress = Double(step - warmup) / Double(max(1, total - warmup))
    return switch type {
    case .linear: peak * max(0, Double(total - step) / Double(max(1, total - warmup)))
    case .cosine: peak * max(0, 0.5 * (1 + cos(.pi * progress)))
    case .constant, .constantWithWarmup: peak
    }
  }
}
