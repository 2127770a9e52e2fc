/// The figures that a training has told so far, so that one that goes on from a checkpoint can tell them all.
public struct MetricHistory: Resumable, Sendable {
  private var names: [String] = []
  private var numbers: [String: Int32] = [:]
  /// One entry per point: the step, the name's number, the value.
  private var steps: [Int] = []
  private var series: [Int32] = []
  private var values: [Double] = []

  public init() {}

  mutating func add(_ metrics: [Metric], step: Int) {
    for metric in metrics {
      let number = numbers[metric.name] ?? Int32(names.count)
      if numbers.updateValue(number, forKey: metric.name) == nil { names.append(metric.name) }
      steps.append(step)
      series.append(number)
      values.append(metric.value)
    }
  }

  /// The points in the order in which they were told.
  public var points: some Sequence<(step: Int, metric: Metric)> {
    zip(steps, zip(series, values)).lazy.map { [names] step, point in
      (step, Metric(names[Int(point.0)], point.1))
    }
  }

  public mutating func carry(_ state: CheckpointCoder) throws {
    try state.value("names", &names)
    try state.numbers("steps", &steps)
    try state.numbers("series", &series)
    try state.numbers("values", &values)
    numbers = Dictionary(uniqueKeysWithValues: zip(names, 0...))
  }
}
