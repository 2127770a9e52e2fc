import Compute
import LanguageModels

/// How the learning rate changes over a run.
public enum LearningRateScheduleType: String, Sendable, Hashable, CaseIterable {
  case linear
  case cosine
  case constant
  case constantWithWarmup = "constant_with_warmup"
}

/// What every trainer is told; names and defaults are TRL's where the meaning is.
public struct TrainingOptions: Sendable, Hashable {
  public var learningRate: Double
  public var schedule = LearningRateScheduleType.linear
  public var warmupSteps = 0
  /// Share of all steps; used when `warmupSteps` is 0.
  public var warmupRatio = 0.0
  public var epochs = 3.0
  /// Optimiser steps; 0 means as many as `epochs` take.
  public var maximumSteps = 0
  /// Sequences (or pairs, or lists) per optimiser step.
  public var batchSize = 8
  /// Sequences held in memory at once; 0 means the whole batch. Changes results by rounding only.
  public var microBatchSize = 0
  /// Whether layers are computed once more for their gradients, to the same bits, instead of being kept.
  public var gradientCheckpointing = false
  public var weightDecay = 0.0
  public var beta1 = 0.9
  public var beta2 = 0.999
  public var epsilon = 1e-8
  /// Gradients with a greater L2 norm are scaled down to it; 0 leaves them.
  public var maximumGradientNorm = 1.0
  public var seed: UInt64 = 42
  public var shuffle = true
  /// Validation every so many steps; 0 only at the end.
  public var evaluationSteps = 0
  public var loggingSteps = 1
  public var best = BestModelOptions()
  public var checkpoints = CheckpointOptions()
  /// An adapter that is trained while the model's own weights stay as they are; nil to train these.
  public var lora: LowRankOptions?

  public init(learningRate: Double) { self.learningRate = learningRate }

  public var adamW: AdamW.Options {
    AdamW.Options(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
  }

  public var effectiveMicroBatchSize: Int { microBatchSize > 0 ? min(microBatchSize, batchSize) : batchSize }
}
