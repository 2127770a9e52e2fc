/// One point of a series that a stage recorded.
public struct MetricPoint: Sendable, Hashable {
  public var name: String
  public var step: Int
  /// May be infinite or not a number.
  public var value: Double

  public init(name: String, step: Int, value: Double) {
    self.name = name
    self.step = step
    self.value = value
  }
}

/// A named series by step.
public struct MetricSeries: Sendable, Hashable {
  public struct Point: Sendable, Hashable {
    public var step: Int
    public var value: Double

    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  public var name: String
  /// In the order of the steps.
  public var points: [Point]

  public init(name: String, points: [Point]) {
    self.name = name
    self.points = points
  }
}

/// The last value of a series: a stage's metric.
public struct FinalMetric: Sendable, Hashable {
  public var name: String
  public var step: Int
  public var value: Double

  public init(name: String, step: Int, value: Double) {
    self.name = name
    self.step = step
    self.value = value
  }
}

/// How far a running execution is.
public struct ProgressRecord: Sendable, Hashable {
  public var done: Int
  public var total: Int
  public var unit: String
  public var note: String

  public init(done: Int, total: Int, unit: String, note: String = "") {
    self.done = done
    self.total = total
    self.unit = unit
    self.note = note
  }
}

/// A condition on a stage's metric and whether it held.
public struct RequirementRecord: Sendable, Hashable {
  public var stage: String
  public var metric: String
  /// As the manifest says it, such as `> 0.6`.
  public var condition: String
  /// nil if the stage recorded no such metric.
  public var value: Double?
  public var passed: Bool

  public init(stage: String, metric: String, condition: String, value: Double?, passed: Bool) {
    self.stage = stage
    self.metric = metric
    self.condition = condition
    self.value = value
    self.passed = passed
  }
}
