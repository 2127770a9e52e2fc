/// Limits on figures of an online training, and what happens when one is crossed.
public struct Watchdogs: Sendable, Hashable {
  public enum Figure: String, Sendable, Hashable, Codable, CaseIterable { case kl, ratio, entropy, length }

  /// KL to the reference, as the kind reports it.
  public var kl = Watchdog()
  /// Mean ratio of the policy that learns to the policy that answered.
  public var ratio = Watchdog()
  /// Mean entropy of the policy's distribution over response tokens, in nats.
  public var entropy = Watchdog()
  /// Mean length of an answer, in tokens.
  public var length = Watchdog()

  public init() {}

  /// Those that have a limit.
  public var declared: [(figure: Figure, watchdog: Watchdog)] {
    Figure.allCases.map { ($0, self[$0]) }.filter { $0.1.isDeclared }
  }

  /// Whether one of them may bring back an earlier state, which is kept for that.
  public var canRollBack: Bool { declared.contains { $0.watchdog.action == .rollback } }

  public subscript(figure: Figure) -> Watchdog {
    switch figure {
    case .kl: kl
    case .ratio: ratio
    case .entropy: entropy
    case .length: length
    }
  }
}

/// The limits of one figure.
public struct Watchdog: Sendable, Hashable {
  public enum Action: String, Sendable, Hashable, Codable, CaseIterable {
    /// Says so once, until the figure was within its limits again.
    case warn
    /// Ends the training with the model as it is.
    case stop
    /// Brings back the weights and the optimiser from before the last batch that was within all limits, and halves
    /// the learning rate from there; ends the training when that did not help three times.
    case rollback
  }

  public var minimum: Double?
  public var maximum: Double?
  public var action = Action.warn

  public init(minimum: Double? = nil, maximum: Double? = nil, action: Action = .warn) {
    self.minimum = minimum
    self.maximum = maximum
    self.action = action
  }

  public var isDeclared: Bool { minimum != nil || maximum != nil }

  /// The limit that a value crosses; nil within both. What is not a number crosses any.
  func crossed(by value: Double) -> Double? {
    if let maximum, !(value <= maximum) { return maximum }
    if let minimum, !(value >= minimum) { return minimum }
    return nil
  }
}

/// What watchdogs saw and did in a training.
public struct WatchdogReport: Sendable, Hashable, Codable {
  /// One crossing of a limit.
  public struct Crossing: Sendable, Hashable, Codable {
    public var figure: Watchdogs.Figure
    /// The metric that was looked at, its value and the limit.
    public var metric: String
    public var value: Double
    public var limit: Double
    /// The last step of the batch, from 1.
    public var step: Int
    public var action: Watchdog.Action
  }

  public var crossings: [Crossing] = []
  public var rollbacks = 0
  /// Whether the training ended before its last step.
  public var hasStopped = false
}
