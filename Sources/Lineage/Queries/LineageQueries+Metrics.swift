import GRDB

extension LineageQueries {
  /// Every series of an execution, by name; of its origin, for a cached one.
  public func series(of execution: ExecutionID) throws -> [MetricSeries] {
    var series: [MetricSeries] = []
    for row in try db.rows(
      """
      SELECT metric_series.name, metric_point.step, metric_point.value FROM execution
      JOIN metric_series ON metric_series.execution = coalesce(execution.cached_from, execution.sequence)
      JOIN metric_point ON metric_point.series = metric_series.id
      WHERE execution.id = ? ORDER BY metric_series.id, metric_point.step
      """, [execution.text])
    {
      let name: String = row["name"]
      if series.last?.name != name { series.append(MetricSeries(name: name, points: [])) }
      series[series.count - 1].points.append(.init(step: row["step"], value: row["value"] ?? .nan))
    }
    return series
  }

  /// The last value of every series of an execution; of its origin, for a cached one.
  public func finalMetrics(of execution: ExecutionID) throws -> [FinalMetric] {
    guard
      let sequence: Int64 = try db.value(
        "SELECT coalesce(cached_from, sequence) FROM execution WHERE id = ?", [execution.text])
    else { return [] }
    return try finalMetrics(of: sequence)
  }

  func finalMetrics(of execution: Int64) throws -> [FinalMetric] {
    try db.rows(
      "SELECT name, last_step, last_value FROM metric_series WHERE execution = ? ORDER BY id", [execution]
    ).map { FinalMetric(name: $0["name"], step: $0["last_step"], value: $0["last_value"] ?? .nan) }
  }
}
