import Diagnostics
import JSONText

/// A configuration with its type erased.
struct ResolvedConfiguration: Sendable {
  var canonical: JSON
  var components: [ConfigurationComponent]
  var fieldProblems: [FieldProblem]
  /// Problems of the configuration as a whole; looked for only if every field could be read.
  var problems: [ConfigurationProblem]
  /// Names of the metrics that the stage reports; nil if only a run can tell.
  var metricNames: [String]?
  var audit: @Sendable ([StageInput]) -> StageAudit
  var estimate: @Sendable ([StageInput]) -> ResourceEstimate?
}

extension StageKind {
  /// Runs the stage with a configuration in canonical form, after the look at its inputs that `plumb check` takes.
  ///
  /// - Throws: `DiagnosticList` if the configuration is not one of this kind's or the look at the inputs finds errors,
  ///   and whatever the stage throws.
  public static func run(canonical json: JSON, in context: StageContext) throws {
    let (configuration, problems) = Configuration.decode(json)
    guard problems.isEmpty else {
      throw DiagnosticList(
        problems.map { Diagnostic(.invalidValue, "'\($0.pathDescription)' \($0.message)") })
    }
    let errors = audit(configuration, inputs: context.inputs).diagnostics.filter { $0.severity == .error }
    guard errors.isEmpty else { throw DiagnosticList(errors) }
    try run(configuration, in: context)
  }
}
