import Alignment
import Pipeline

extension TrainingOptions: Configurable {
  public init() { self.init(learningRate: 2e-5) }

  public static var fields: [Field<Self>] {
    [
      .number("learning_rate", \.learningRate, in: 0...1e3, "Greatest learning rate."),
      .choice("lr_scheduler_type", \.schedule, "How the learning rate changes over the run."),
      .integer("warmup_steps", \.warmupSteps, in: 0...1_000_000_000, "Steps of linear warm-up from 0."),
      .number("warmup_ratio", \.warmupRatio, in: 0...1, "Warm-up as a share of all steps."),
      .number("num_train_epochs", \.epochs, in: .leastNonzeroMagnitude...1e6, "Passes over the data."),
      .integer(
        "max_steps", \.maximumSteps, in: 0...1_000_000_000,
        "Optimiser steps; 0 means num_train_epochs decides."),
      .integer("batch_size", \.batchSize, in: 1...1_000_000, "Examples per optimiser step."),
      .integer(
        "micro_batch_size", \.microBatchSize, in: 0...1_000_000,
        "Examples in memory at once; 0 means the whole batch. Changes results by rounding only."),
      .boolean(
        "gradient_checkpointing", \.gradientCheckpointing,
        "Compute layers once more for their gradients instead of keeping them: less memory, a third more work, the same"
          + " bits."
      ).outsideKey(),
      .number("weight_decay", \.weightDecay, in: 0...1e3, "Decoupled decay of matrices."),
      .number("adam_beta1", \.beta1, in: 0...1.0.nextDown, "Decay of the first moment."),
      .number("adam_beta2", \.beta2, in: 0...1.0.nextDown, "Decay of the second moment."),
      .number("adam_epsilon", \.epsilon, in: 0...1, "Added to the root of the second moment."),
      .number(
        "max_grad_norm", \.maximumGradientNorm, in: 0...1e9, "Gradients are clipped to this norm; 0 never."),
      .value("seed", \.seed, .seed, "Seed of shuffling, initialisation and sampling."),
      .boolean("shuffle", \.shuffle, "Whether each epoch has its own order."),
      .integer(
        "eval_steps", \.evaluationSteps, in: 0...1_000_000_000,
        "Validate every so many steps; 0 at the end only."),
      .integer("logging_steps", \.loggingSteps, in: 1...1_000_000_000, "Record figures every so many steps."),
      .optional(
        "lora", \.lora, .object,
        "Train low-rank adapters of the model's matrices and leave these as they are."),
      .group(\.best), .group(\.checkpoints),
    ]
  }

  /// Keys that mean nothing to trainers without validation.
  static let validationKeys: Set = Set(["eval_steps"]).union(BestModelOptions.fields.map(\.name))

  /// How often a model that is trained is held: weights, gradient and two moments.
  static let trainedCopies = 4

  /// How often the weights of the trained model are held: for training, which leaves them without gradients and moments
  /// if it trains an adapter, and for the best of them.
  var heldModels: Int { (lora == nil ? Self.trainedCopies : 1) + (best.isKept ? 1 : 0) }

  /// Problems of the combination, whatever the kind.
  ///
  /// - Parameters:
  ///   - figures: the figures of validation, without `eval_`; nil if they are not known beforehand.
  ///   - usualEpochs: the kind's default.
  func problems(
    hasValidation: Bool, figures: [String]? = nil, usualEpochs: Double = TrainingOptions().epochs
  ) -> [ConfigurationProblem] {
    var problems = best.problems(
      hasValidation: hasValidation, evaluationSteps: evaluationSteps, figures: figures)
    if maximumSteps > 0, epochs != usualEpochs {
      problems.append(
        ConfigurationProblem(
          key: "num_train_epochs", "has no effect beside `max_steps`", hint: "remove one of the two"))
    }
    if warmupSteps > 0, warmupRatio > 0 {
      problems.append(
        ConfigurationProblem(
          key: "warmup_ratio", "has no effect beside `warmup_steps`", hint: "remove one of the two"))
    }
    if maximumSteps > 0, warmupSteps >= maximumSteps {
      problems.append(
        ConfigurationProblem(
          key: "warmup_steps", "is \(warmupSteps); the run has \(maximumSteps) steps and would end warming up"
        ))
    }
    if schedule == .constant, warmupSteps > 0 || warmupRatio > 0 {
      problems.append(
        ConfigurationProblem(
          key: warmupSteps > 0 ? "warmup_steps" : "warmup_ratio",
          "has no effect with `lr_scheduler_type: constant`", hint: "use constant_with_warmup"))
    }
    if evaluationSteps > 0, !hasValidation {
      problems.append(
        ConfigurationProblem(
          key: "eval_steps", "has no effect without a `validation` input",
          hint: "add `validation: \"${sources.…}\"` or remove the key"))
    }
    if microBatchSize > batchSize {
      problems.append(
        ConfigurationProblem(
          key: "micro_batch_size", "is \(microBatchSize), more than batch_size (\(batchSize))"))
    }
    return problems
  }
}

extension FieldFormat where Value == UInt64 {
  /// A whole number from 0 that JSON's integers hold.
  static var seed: Self {
    let expected = "a whole number from 0 to \(Int.max)"
    return .custom(
      expected: expected,
      read: { json throws(FieldProblem) in
        guard let value = json.intValue, value >= 0 else {
          throw FieldProblem("must be \(expected), not \(json.foundDescription)")
        }
        return UInt64(value)
      }, write: { .integer(Int(truncatingIfNeeded: $0)) })
  }
}
