import Alignment
import Pipeline

/// Whether and how a reference follows its policy; names and defaults are TRL's.
struct SynchronizationOptions: Configurable, Hashable {
  var isEnabled = false
  var rule = ReferenceSynchronization()

  static var fields: [Field<Self>] {
    [
      .boolean("sync_ref_model", \.isEnabled, "Whether the reference follows the model during training."),
      .number(
        "ref_model_mixup_alpha", \.rule.mixup, in: .leastNonzeroMagnitude...1,
        "Share of the model in the reference at each synchronisation."),
      .integer(
        "ref_model_sync_steps", \.rule.steps, in: 1...1_000_000_000,
        "Optimiser steps between synchronisations."),
    ]
  }

  /// The rule; nil for a reference that stays as it is.
  var synchronization: ReferenceSynchronization? { isEnabled ? rule : nil }

  /// - Parameter reason: why the training looks at no reference; nil if it does.
  func problems(withoutReference reason: String?, training: TrainingOptions) -> [ConfigurationProblem] {
    let defaults = ReferenceSynchronization()
    var problems: [ConfigurationProblem] = []
    if isEnabled, let reason {
      problems.append(ConfigurationProblem(key: "sync_ref_model", "has no effect with \(reason)"))
    }
    if isEnabled, training.lora != nil {
      problems.append(
        ConfigurationProblem(
          key: "sync_ref_model", "cannot mix the reference with an adapter: remove it or `lora`"))
    }
    let changed = [
      ("ref_model_mixup_alpha", rule.mixup != defaults.mixup),
      ("ref_model_sync_steps", rule.steps != defaults.steps),
    ]
    for (key, isChanged) in changed where isChanged && !isEnabled {
      problems.append(ConfigurationProblem(key: key, "has no effect without `sync_ref_model: true`"))
    }
    return problems
  }
}
