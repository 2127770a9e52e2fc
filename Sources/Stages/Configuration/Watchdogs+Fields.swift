import Alignment
import JSONText
import Pipeline

extension Watchdogs: Configurable {
  public static var fields: [Field<Self>] {
    [
      .object("kl", \.kl, "KL to the reference: per answer in ppo, per token in grpo and rloo; nats."),
      .object("ratio", \.ratio, "Mean ratio of the learning to the sampling policy."),
      .object("entropy", \.entropy, "Mean entropy of the policy over response tokens, in nats."),
      .object("length", \.length, "Mean tokens of an answer."),
    ]
  }

  /// Problems of the combination.
  ///
  /// - Parameters:
  ///   - silent: figures that say nothing in this configuration, and why.
  func problems(silent: [Figure: String]) -> [ConfigurationProblem] {
    Figure.allCases.flatMap { figure -> [ConfigurationProblem] in
      let watchdog = self[figure]
      let key = "watchdogs.\(figure.rawValue)"
      if let reason = silent[figure], watchdog.isDeclared {
        return [ConfigurationProblem(key: key, "has no effect \(reason)")]
      }
      if !watchdog.isDeclared, watchdog.action != .warn {
        return [ConfigurationProblem(key: key + ".action", "has no effect without `min` or `max`")]
      }
      if let minimum = watchdog.minimum, let maximum = watchdog.maximum, minimum > maximum {
        return [ConfigurationProblem(key: key + ".min", "is \(minimum), more than max (\(maximum))")]
      }
      return []
    }
  }
}

extension Watchdog: Configurable {
  public init() { self.init(minimum: nil) }

  public static var fields: [Field<Self>] {
    [
      .optional("min", \.minimum, .number(), "Least value."),
      .optional("max", \.maximum, .number(), "Greatest value."),
      .choice(
        "action", \.action, "What happens beyond: a warning, an end, or a way back to the last good state."),
    ]
  }
}

extension WatchdogReport {
  /// What is kept with the trained model.
  var facts: [JSON.Member] {
    guard !crossings.isEmpty else { return [] }
    return [
      JSON.Member(
        "watchdogs",
        [
          "ended_early": .bool(hasStopped), "rollbacks": .integer(rollbacks),
          "crossings": .array(
            crossings.map {
              [
                "watchdog": .string($0.figure.rawValue), "metric": .string($0.metric),
                "value": $0.value.isFinite ? .number($0.value) : .string("\($0.value)"),
                "limit": .number($0.limit), "step": .integer($0.step), "action": .string($0.action.rawValue),
              ]
            }),
        ])
    ]
  }
}
