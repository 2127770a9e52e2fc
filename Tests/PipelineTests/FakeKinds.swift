import Foundation
import Pipeline

/// Stage kinds with the ports of the real ones and small configurations.
enum FakeKinds {
  static let registry = StageRegistry([
    Clean.self, Tokenizer.self, Pretrain.self, SFT.self, Reward.self, PPO.self, DPO.self, Evaluate.self,
  ])

  struct Options: Configurable {
    enum Schedule: String, CaseIterable, Sendable { case linear, cosine }
    var learningRate = 1e-4
    var maxSteps: Int?
    var schedule = Schedule.linear
    var warmupSteps = 0
    var note = ""
    var shape = SampleShape()
    static var fields: [Field<Self>] {
      [
        .number("learning_rate", \.learningRate, in: .leastNonzeroMagnitude...1, "Step size."),
        .optional("max_steps", \.maxSteps, .integer(in: 1...), "Steps."),
        .choice("schedule", \.schedule, "Schedule."),
        .integer("warmup_steps", \.warmupSteps, in: 0...Int.max, "Steps of warm-up."),
        .string("note", \.note, "Any text."),
        .object("model", \.shape, "Shape."),
      ]
    }
  }

  struct DPOOptions: Configurable {
    var beta = 0.1
    var labelSmoothing = 0.0
    static var fields: [Field<Self>] {
      [
        .number("beta", \.beta, in: 0...Double.infinity, "Strength of the KL term."),
        .number("label_smoothing", \.labelSmoothing, in: 0...0.5.nextDown, "Smoothing."),
      ]
    }
  }

  struct Nothing: Configurable {
    static var fields: [Field<Self>] { [] }
  }
}

extension StageKind {
  static var version: Int { 1 }
  static var summary: String { "A stage for tests." }
  static func run(_ configuration: Configuration, in context: StageContext) throws {}
}

struct Clean: StageKind {
  typealias Configuration = FakeKinds.Nothing
  static let name = "clean"
  static let inputs = [InputPort("data", [.demonstrations], summary: "Rows.")]
  static let outputs = [OutputPort("data", .demonstrations, summary: "Rows.")]
}

struct Tokenizer: StageKind {
  typealias Configuration = FakeKinds.Nothing
  static let name = "tokenizer"
  static let inputs = [InputPort("corpus", [.text], .many, summary: "Texts.")]
  static let outputs = [OutputPort("tokenizer", .tokenizer, summary: "Tokenizer.")]
}

struct Pretrain: StageKind {
  typealias Configuration = FakeKinds.Options
  static let name = "pretrain"
  static let inputs = [
    InputPort("tokenizer", [.tokenizer], .optional, summary: "Tokenizer."),
    InputPort("model", [.model], .optional, summary: "Model to go on with."),
    InputPort("corpus", [.text], summary: "Text."),
  ]
  static let outputs = [OutputPort("model", .model, summary: "Model.")]
}

struct SFT: StageKind {
  typealias Configuration = FakeKinds.Options
  static let name = "sft"
  static let inputs = [
    InputPort("model", [.model], summary: "Model to start from."),
    InputPort("data", [.demonstrations], summary: "Demonstrations."),
    InputPort("validation", [.demonstrations], .optional, summary: "Held-out rows."),
  ]
  static let outputs = [OutputPort("model", .model, summary: "Model.")]

  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem] {
    configuration.warmupSteps > 0 && configuration.schedule == .cosine
      ? [ConfigurationProblem(key: "warmup_steps", "has no effect with a cosine schedule")]
      : []
  }
}

struct Reward: StageKind {
  typealias Configuration = FakeKinds.Options
  static let name = "reward"
  static let inputs = [
    InputPort("model", [.model], summary: "Model."), InputPort("data", [.preferences], summary: "Rankings."),
  ]
  static let outputs = [OutputPort("reward_model", .rewardModel, summary: "Reward model.")]
}

struct PPO: StageKind {
  typealias Configuration = FakeKinds.Options
  static let name = "ppo"
  static let inputs = [
    InputPort("model", [.model], summary: "Policy."),
    InputPort("reward_model", [.rewardModel], summary: "Judge."),
    InputPort("prompts", [.prompts], summary: "Prompts."),
  ]
  static let outputs = [
    OutputPort("model", .model, summary: "Model."),
    OutputPort("rollouts", .completions, summary: "Samples."),
  ]
}

struct DPO: StageKind {
  typealias Configuration = FakeKinds.DPOOptions
  static let name = "dpo"
  static let inputs = [
    InputPort("model", [.model], summary: "Policy."),
    InputPort("data", [.preferences], summary: "Rankings."),
  ]
  static let outputs = [OutputPort("model", .model, summary: "Model.")]
}

struct Evaluate: StageKind {
  typealias Configuration = FakeKinds.Nothing
  static let name = "evaluate"
  static let inputs = [
    InputPort("models", [.model], .named, summary: "Models to compare."),
    InputPort("prompts", [.prompts], .optional, summary: "Prompts."),
  ]
  static let outputs = [OutputPort("report", .report, summary: "Report.")]

  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? {
    connected.filter { $0.hasPrefix("models.") }.map { $0.dropFirst(7) + ".win_rate" }.sorted()
  }
}
