import Artifacts
import JSONText
import Lineage
import Pipeline

/// What two executions were made of and came to: leaves of their keys, metrics, outputs.
struct ExecutionDifference: Difference {
  struct MetricPair {
    var name: String
    var old: Double?
    var new: Double?
    /// The whole series; empty where it was not recorded.
    var curves: (old: [Double], new: [Double]) = ([], [])

    /// Both curves drawn to one scale; nothing for series of one point.
    func sparklines(width: Int) -> (old: String, new: String) {
      let values = (curves.old + curves.new).filter(\.isFinite)
      guard curves.old.count + curves.new.count > 2, let low = values.min(), let high = values.max() else {
        return ("", "")
      }
      return (
        Curve.sparkline(curves.old, width: width, range: low...high),
        Curve.sparkline(curves.new, width: width, range: low...high)
      )
    }
  }

  let names: (old: String, new: String)
  /// Leaves of the cache key that differ.
  let changes: [ComponentChange]
  /// Final metrics that differ, in the order of the old execution.
  let metrics: [MetricPair]
  /// Ports whose outputs have different content, with both digests.
  let outputs: [(port: String, old: Digest?, new: Digest?)]

  init(_ old: ExecutionID, _ new: ExecutionID, _ queries: LineageQueries) throws {
    let before = try queries.execution(old)
    let after = try queries.execution(new)
    names = ("\(before.run.short):\(before.stage)", "\(after.run.short):\(after.stage)")
    changes = ComponentChange.between(
      try before.key.map { try queries.components(of: $0) } ?? [],
      try after.key.map { try queries.components(of: $0) } ?? [])
    let oldMetrics = before.metrics.map { ($0.name, $0.value) }
    let newMetrics = after.metrics.map { ($0.name, $0.value) }
    let series = (try queries.series(of: old), try queries.series(of: new))
    func curve(_ series: [MetricSeries], _ name: String) -> [Double] {
      series.first { $0.name == name }?.points.map(\.value) ?? []
    }
    metrics = Self.names(oldMetrics.map(\.0), newMetrics.map(\.0)).compactMap { name in
      let pair = MetricPair(
        name: name, old: oldMetrics.first { $0.0 == name }?.1, new: newMetrics.first { $0.0 == name }?.1,
        curves: (curve(series.0, name), curve(series.1, name)))
      return pair.old == pair.new ? nil : pair
    }
    outputs = Self.names(before.outputs.map(\.port), after.outputs.map(\.port)).compactMap { port in
      let digests = (
        before.outputs.first { $0.port == port }?.artifact.digest,
        after.outputs.first { $0.port == port }?.artifact.digest
      )
      return digests.0 == digests.1 ? nil : (port, digests.0, digests.1)
    }
  }

  private static func names(_ old: [String], _ new: [String]) -> [String] {
    old + new.filter { !old.contains($0) }
  }

  var isEmpty: Bool { changes.isEmpty && metrics.isEmpty && outputs.isEmpty }

  var json: JSON {
    [
      "schema": "plumb.diff/1", "type": "execution", "old": .string(names.old), "new": .string(names.new),
      "changes": .array(changes.map(\.json)),
      "metrics": .array(
        metrics.map { ["name": .string($0.name), "old": JSON($0.old), "new": JSON($0.new)] }),
      "outputs": .array(
        outputs.map { ["port": .string($0.port), "old": JSON($0.old?.text), "new": JSON($0.new?.text)] }),
    ]
  }

  func text(_ style: Style) -> String {
    if isEmpty { return "\(names.old) and \(names.new) are the same\n" }
    var text = "\(style.dim("old")) \(names.old)\n\(style.dim("new")) \(names.new)\n"
    if !changes.isEmpty {
      var table = TextTable([("SETTING OR INPUT", .left), ("OLD", .left), ("NEW", .left)])
      for change in changes {
        table.add([change.name, change.old?.valueText.shortened ?? "", change.new?.valueText.shortened ?? ""])
      }
      text += "\n" + table.render(style)
    }
    if !metrics.isEmpty {
      var table = TextTable([
        ("METRIC", .left), ("OLD", .right), ("NEW", .right), ("CHANGE", .right), ("", .left), ("", .left),
      ])
      for pair in metrics {
        let change = pair.old.flatMap { old in pair.new.map { $0 - old } }
        let curves = pair.sparklines(width: 16)
        table.add([
          pair.name, pair.old.map { Figures.metric($0) } ?? "", pair.new.map { Figures.metric($0) } ?? "",
          change.map(Figures.difference) ?? "", style.dim(curves.old), style.cyan(curves.new),
        ])
      }
      text += "\n" + table.render(style)
    }
    if !outputs.isEmpty {
      let ports = outputs.map(\.port).joined(separator: ", ")
      text += "\noutputs differ: \(ports); 'plumb diff OLD.PORT NEW.PORT' says how\n"
    }
    return text
  }
}

extension String {
  /// As it fits into a cell: digests and long texts cut.
  var shortened: String {
    if Digest(self) != nil { return String(prefix(12)) }
    return count > 40 ? "\(prefix(37))…" : self
  }
}
