import Alignment
import Compute
import Diagnostics
import LanguageModels
import Pipeline
import Tokenization

extension StageContext {
  /// The input of a port that the kind declares as required.
  ///
  /// - Throws: `Diagnostic` if whoever built the context left it out.
  func required(_ port: String) throws -> StageInput {
    guard let input = input(port) else {
      throw Diagnostic(.missingInput, "the stage \(stage) was started without its input `\(port)`")
    }
    return input
  }

  /// Loads the model of a port to train it: its weights, into which an adapter that it has is folded, or an adapter.
  func loadModel(_ port: String, head: LanguageModel.Head, training options: TrainingOptions) throws
    -> LanguageModel
  {
    let input = try required(port)
    return try input.loadModel(
      head: head, seed: options.seed, copies: options.heldModels,
      adapters: options.lora.map { .trained($0, base: input.digest) } ?? .merged)
  }

  func makeWorkspace(for training: TrainingOptions? = nil) -> Workspace {
    let workspace = Workspace(threads: threads)
    workspace.recomputesLayers = training?.gradientCheckpointing ?? false
    return workspace
  }
}

extension StageInput {
  func loadModel(
    head: LanguageModel.Head, seed: UInt64 = 0, copies: Int = 1, adapters: AdapterUse = .asStored,
    residency: Residency = .always
  ) throws -> LanguageModel {
    try LanguageModel.load(
      directory: path, head: head, seed: seed, displayName: displayName, copies: copies, adapters: adapters,
      residency: residency)
  }

  /// Positions of a model, without loading it.
  var maximumPositions: Int {
    get throws {
      let reader = try ConfigurationReader(directory: path, displayName: displayName)
      return try ArchitectureRegistry.architecture(for: reader).maximumPositions
    }
  }

  /// The labels of a classifier; nil for a language model, whose head is still to be made.
  var knownLabels: [String]? {
    get throws {
      guard type == .classifier else { return nil }
      return try LanguageModel.Head.classifier(in: path, displayName: displayName).labels
    }
  }

  /// Loads a reward model on the scale kept with it, after a look at its probes.
  func loadRewardModel(
    workspace: Workspace, copies: Int = 1, adapters: AdapterUse = .asStored, residency: Residency = .always
  ) throws -> RewardModel {
    try RewardModel.load(
      directory: path, displayName: displayName, copies: copies, adapters: adapters, residency: residency,
      workspace: workspace)
  }
}

extension DiagnosticCode {
  static let missingInput = DiagnosticCode("E508", "a stage was started without an input")
}
