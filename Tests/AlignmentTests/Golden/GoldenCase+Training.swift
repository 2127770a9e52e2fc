import Alignment
import Compute
import JSONText
import LanguageModels
import TestSupport
import Testing

extension GoldenCase {
  /// Trains and compares every step's figures and the final tensors.
  func train(_ model: LanguageModel, _ objective: any TrainingObjective, _ workspace: Workspace) throws {
    let observer = RecordingObserver()
    try Trainer(options, model: model, workspace: workspace, observer: observer).run(objective)
    #expect(observer.steps.count == log.count)
    for (step, entry) in zip(observer.steps, log) {
      for member in entry.members ?? [] where member.key != "step" {
        // TRL averages these over micro-batches of different weight.
        if accumulation > 1, ["entropy", "mean_token_accuracy"].contains(member.key) { continue }
        let wanted = try #require(member.value.doubleValue)
        let found = try #require(step.metrics[member.key], "\(member.key)")
        let tolerance = Self.tolerance(of: member.key, wanted)
        #expect(abs(found - wanted) <= tolerance, "step \(step.step) \(member.key): \(found) for \(wanted)")
      }
    }
    let comparison = TensorComparison(model.parameters, final)
    #expect(comparison.unmatched.isEmpty)
    #expect(comparison.norm < 2e-4, "\(comparison.worstTensor): \(comparison.norm)")
    #expect(comparison.value < 5e-3, "first values differ by \(comparison.value) of the root mean square")
  }

  /// What Float32 allows, as the golden set states it.
  private static func tolerance(of metric: String, _ value: Double) -> Double {
    switch metric {
    case "num_tokens": 0
    case "learning_rate", "epoch": 1e-9
    case "grad_norm": 2e-4 * abs(value)
    case "loss": max(1e-4 * abs(value), 2e-5)
    default: max(1e-4 * abs(value), 1e-4)
    }
  }
}
