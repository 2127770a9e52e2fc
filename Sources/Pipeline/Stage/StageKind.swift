import Diagnostics
import JSONText

/// A kind of stage: what it takes and makes, how it is configured, and how it runs.
///
/// Adding one is a file with a type that conforms, and a line in the registry.
public protocol StageKind: Sendable {
  associatedtype Configuration: Configurable

  /// The word after `kind:` in a manifest.
  static var name: String { get }
  /// Part of the cache key; bump it by hand whenever the same inputs and configuration give other bytes.
  static var version: Int { get }
  static var summary: String { get }
  static var inputs: [InputPort] { get }
  static var outputs: [OutputPort] { get }

  /// Names of the metrics that a stage of this configuration reports, for a look at `require` before anything runs;
  /// nil if only a run can tell.
  ///
  /// - Parameter connected: as in `problems(in:connected:)`.
  static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]?

  /// What is wrong with the configuration as a whole: options that contradict each other, need an input that is
  /// not connected, or have no effect in the chosen combination.
  ///
  /// - Parameter connected: names of the input ports that have a reference; of named inputs also `port.name`.
  static func problems(in configuration: Configuration, connected: Set<String>) -> [ConfigurationProblem]

  /// Reads what is available of the inputs before anything runs and reports every bad row and misfit, with a
  /// preview of what the stage would train on where it can show one. A running stage, whose inputs are all there,
  /// ends before its first step if this finds an error.
  ///
  /// - Parameter inputs: sources, and outputs of upstream stages that are already in the store.
  static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit

  /// Says what a stage of this configuration needs while it runs; nil as long as the inputs do not tell.
  ///
  /// Reads sizes and lengths only, not weights: it is asked for every stage before the stage may start.
  ///
  /// - Parameter inputs: as in `audit`.
  static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate?

  /// Looks at what a stage of this kind has made, and warns of what is suspicious.
  ///
  /// - Parameter outputs: by port, as if they were inputs.
  static func review(_ outputs: [StageInput]) -> [Diagnostic]

  /// Makes the outputs: one file or directory `context.output(port)` for each output port.
  ///
  /// Results depend on inputs, configuration and seed only: no clock, no globals, no thread count.
  /// - Throws: `Diagnostic`, `DiagnosticList`, or `StageCancelled` when cancellation was asked for.
  static func run(_ configuration: Configuration, in context: StageContext) throws
}

extension StageKind {
  public static func problems(in configuration: Configuration, connected: Set<String>)
    -> [ConfigurationProblem]
  { [] }
  public static func audit(_ configuration: Configuration, inputs: [StageInput]) -> StageAudit {
    StageAudit()
  }
  public static func estimate(_ configuration: Configuration, inputs: [StageInput]) -> ResourceEstimate? {
    nil
  }
  public static func review(_ outputs: [StageInput]) -> [Diagnostic] { [] }
  public static func metricNames(_ configuration: Configuration, connected: Set<String>) -> [String]? { nil }
}

/// A problem of a configuration as a whole, said at one of its keys (dots lead into nested maps).
public struct ConfigurationProblem: Sendable, Hashable {
  public var key: String
  /// A phrase that continues the key's name, such as `has no effect without a validation input`; for the key `kind`, a
  /// sentence about the stage.
  public var message: String
  public var hint: String?

  public init(key: String, _ message: String, hint: String? = nil) {
    self.key = key
    self.message = message
    self.hint = hint
  }
}
