import Artifacts
import Diagnostics
import Lineage
import Pipeline

/// Judges whether an artifact's evaluation allows it to be promoted.
public struct Promotion: Sendable {
  /// A requirement with the value that the report has.
  public struct Verdict: Sendable, Hashable {
    /// With the metric as the report names it.
    public var requirement: Requirement
    public var value: Double
    public var holds: Bool
  }

  public let evaluation: Evaluation
  public let verdicts: [Verdict]

  /// Holds requirements against an evaluation of an artifact.
  ///
  /// A metric is named as in the report (`aligned.win_rate_vs_sft`) or without the artifact's name there
  /// (`win_rate_vs_sft`); a figure of another artifact of the report counts for nothing.
  ///
  /// - Parameter label: how the user calls the artifact.
  /// - Throws: `DiagnosticList` of every requirement about a metric that the report does not have of the artifact.
  public init(of label: String, _ requirements: [Requirement], by evaluation: Evaluation) throws {
    self.evaluation = evaluation
    var verdicts: [Verdict] = []
    var problems: [Diagnostic] = []
    for requirement in requirements {
      guard let metric = Self.metric(requirement.metric, in: evaluation) else {
        problems.append(Self.unknown(requirement.metric, of: label, in: evaluation))
        continue
      }
      var named = requirement
      named.metric = metric.name
      verdicts.append(
        Verdict(requirement: named, value: metric.value, holds: requirement.holds(for: metric.value)))
    }
    guard problems.isEmpty else { throw DiagnosticList(problems) }
    self.verdicts = verdicts
  }

  /// - Throws: `DiagnosticList` of every requirement that does not hold, with the value.
  public func check() throws {
    let failed = verdicts.filter { !$0.holds }.map { verdict in
      Diagnostic(
        .requirementFailed,
        "\(verdict.requirement) does not hold: \(verdict.requirement.metric) is \(verdict.value)",
        hint: "plumb show \(evaluation.report.digest.short) has the report")
    }
    guard failed.isEmpty else { throw DiagnosticList(failed) }
  }

  /// What the history of the tag keeps.
  public var evidence: TagEvidence {
    TagEvidence(
      report: evaluation.report.digest, execution: evaluation.execution,
      figures: verdicts.map {
        .init(metric: $0.requirement.metric, condition: $0.requirement.condition, value: $0.value)
      })
  }

  private static func metric(_ name: String, in evaluation: Evaluation) -> FinalMetric? {
    let own = evaluation.ownMetrics
    return own.first { $0.name == name }
      ?? evaluation.name.flatMap { model in own.first { $0.name == "\(model).\(name)" } }
  }

  private static func unknown(_ name: String, of label: String, in evaluation: Evaluation) -> Diagnostic {
    let report = "the report of \(evaluation.stage)"
    let other = evaluation.names.first { $0 != evaluation.name && name.hasPrefix("\($0).") }
    if let other, let model = evaluation.name, evaluation.metrics.contains(where: { $0.name == name }) {
      let rest = name.dropFirst(other.count + 1)
      return Diagnostic(
        .unknownMetric, "'\(name)' is about '\(other)' in \(report), where \(label) is called '\(model)'",
        hint: "require '\(rest)' or '\(model).\(rest)'")
    }
    let known = evaluation.ownMetrics.map(\.name)
    let prefix = evaluation.name.map { "\($0)." } ?? ""
    let near =
      nearestName(to: name, among: known)
      ?? nearestName(to: prefix + name, among: known)
    return Diagnostic(
      .unknownMetric, "\(report) has no metric '\(name)' of \(label)",
      hint: near.map { "did you mean '\($0)'?" }
        ?? "it has: \(known.joined(separator: ", "))")
  }
}

extension Evaluation {
  /// The metrics about the artifact, or about nothing in particular.
  public var ownMetrics: [FinalMetric] {
    let others = names.filter { $0 != name }
    return metrics.filter { metric in !others.contains { metric.name.hasPrefix("\($0).") } }
  }
}
