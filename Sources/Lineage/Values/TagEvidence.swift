import Artifacts
import JSONText

/// How a tag was moved.
public enum TagManner: String, Sendable, Hashable {
  case moved
  /// The artifact met requirements on its evaluation.
  case promoted
  /// A protected tag was moved without a promotion, because somebody insisted.
  case forced
}

/// What an artifact was promoted for: figures of an evaluation that used it.
public struct TagEvidence: Sendable, Hashable {
  /// A condition that held.
  public struct Figure: Sendable, Hashable {
    public var metric: String
    /// Such as `> 0.6`.
    public var condition: String
    public var value: Double

    public init(metric: String, condition: String, value: Double) {
      self.metric = metric
      self.condition = condition
      self.value = value
    }
  }

  public var report: Digest
  public var execution: ExecutionID
  public var figures: [Figure]

  public init(report: Digest, execution: ExecutionID, figures: [Figure]) {
    self.report = report
    self.execution = execution
    self.figures = figures
  }

  public var json: JSON {
    [
      "report": .string(report.text), "execution": .string(execution.text),
      "requirements": .array(
        figures.map {
          ["metric": .string($0.metric), "condition": .string($0.condition), "value": JSON($0.value)]
        }),
    ]
  }

  /// Reads what `json` wrote; nil if it is something else.
  public init?(json: JSON) {
    guard let report = json["report"]?.stringValue.flatMap({ Digest($0) }),
      let execution = json["execution"]?.stringValue, let items = json["requirements"]?.arrayValue
    else { return nil }
    let figures = items.compactMap { item -> Figure? in
      guard let metric = item["metric"]?.stringValue, let condition = item["condition"]?.stringValue,
        let value = item["value"]?.doubleValue
      else { return nil }
      return Figure(metric: metric, condition: condition, value: value)
    }
    guard figures.count == items.count else { return nil }
    self.init(report: report, execution: ExecutionID(execution), figures: figures)
  }
}
