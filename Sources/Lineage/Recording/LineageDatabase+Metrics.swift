import GRDB

extension LineageDatabase {
  /// Records a batch of points in one transaction; a later point at the same step replaces the earlier one.
  public func record(_ points: [MetricPoint], of execution: ExecutionID) throws {
    guard !points.isEmpty else { return }
    try write { db in
      let sequence = try db.required("SELECT sequence FROM execution WHERE id = ?", [execution.text])
      try db.record(points, of: sequence)
    }
  }

  /// Replaces what is known of how far a running execution is.
  public func record(_ progress: ProgressRecord, of execution: ExecutionID) throws {
    try write { db in
      try db.run(
        """
        INSERT OR REPLACE INTO progress (execution, done, total, unit, note, updated_at)
        SELECT sequence, ?, ?, ?, ?, ? FROM execution WHERE id = ? AND state = 'running'
        """,
        [
          progress.done, progress.total, progress.unit, progress.note, currentMilliseconds(), execution.text,
        ])
    }
  }
}

extension Database {
  func record(_ points: [MetricPoint], of execution: Int64) throws {
    var series: [String: Int64] = [:]
    for point in points {
      // SQLite has no NaN; it reads as the missing value, which comes back as NaN.
      let value = point.value.isNaN ? nil : point.value
      try run(
        """
        INSERT INTO metric_series (execution, name, last_step, last_value) VALUES (?, ?, ?, ?)
        ON CONFLICT (execution, name) DO UPDATE SET last_step = excluded.last_step,
          last_value = excluded.last_value WHERE excluded.last_step >= last_step
        """,
        [execution, point.name, point.step, value])
      let id =
        try series[point.name]
        ?? required(
          "SELECT id FROM metric_series WHERE execution = ? AND name = ?", [execution, point.name])
      series[point.name] = id
      try run(
        "INSERT OR REPLACE INTO metric_point (series, step, value) VALUES (?, ?, ?)", [id, point.step, value])
    }
  }
}
