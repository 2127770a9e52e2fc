import Diagnostics
import LanguageModels
import Pipeline
import Tokenization

/// Looks at models and tokenizers that come from outside before anything runs: configuration, tokenizer, and the
/// name, shape and type of every tensor. What stages made needs no look.
enum ModelAudit {
  static func problems(of inputs: [StageInput]) -> [Diagnostic] {
    inputs.filter { $0.originalPath != nil }.flatMap { input in
      DataAudit.problems { try inspect(input) }
    }
  }

  private static func inspect(_ input: StageInput) throws {
    switch input.type {
    case .model:
      try LanguageModel.inspect(directory: input.path, head: .vocabulary, displayName: input.displayName)
    case .rewardModel:
      try LanguageModel.inspect(directory: input.path, head: .scalar, displayName: input.displayName)
    case .tokenizer: _ = try Tokenizer.load(directory: input.path)
    case .text, .demonstrations, .preferences, .prompts, .labels, .completions, .classifier, .report: break
    }
  }
}
