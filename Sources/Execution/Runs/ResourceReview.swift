import Diagnostics
import Pipeline

/// Whether stages fit what a run may use.
public enum ResourceReview {
  /// What a plan's stages ask for that they will not get: errors for memory, warnings for threads.
  public static func problems(of plan: Plan, budget: ResourceBudget) -> [Diagnostic] {
    plan.stages.filter { $0.decision != .cached }.flatMap { stage in
      [refusal(of: stage.node, stage.resources, budget: budget), warning(of: stage.node, budget)]
        .compactMap { $0 }
    }
  }

  /// Why a stage is not executed at all; nil if it fits.
  static func refusal(of node: StageNode, _ estimate: ResourceEstimate?, budget: ResourceBudget)
    -> Diagnostic?
  {
    let available = ByteCount(bytes: Int64(budget.memory))
    if let memory = node.policy.resources.memory {
      guard memory.bytes > budget.memory else { return nil }
      return Diagnostic(
        .doesNotFit, "'\(node.name)' asks for \(memory) of memory, and the run may use \(available)",
        at: node.location, hint: "lower resources.memory, or give the run more with --memory")
    }
    guard let estimate, estimate.memory > budget.memory else { return nil }
    let parts = estimate.parts.map { "\(ByteCount(bytes: Int64($0.bytes))) \($0.name)" }
    let figure = ByteCount(bytes: Int64(estimate.memory))
    let advice = estimate.advice.map { $0 + ", " } ?? ""
    return Diagnostic(
      .doesNotFit,
      "'\(node.name)' needs about \(figure) of memory (\(parts.joined(separator: ", "))), and the run may use"
        + " \(available)", at: node.location,
      hint: "\(advice)give the run more with --memory, or set resources.memory if you know better")
  }

  private static func warning(of node: StageNode, _ budget: ResourceBudget) -> Diagnostic? {
    guard let threads = node.policy.resources.threads, threads > budget.threads else { return nil }
    return Diagnostic(
      .fewerThreads,
      "'\(node.name)' asks for \(threads) threads, and the run has \(budget.threads): it computes with these",
      at: node.location, hint: "give the run more with --threads", severity: .warning)
  }
}
