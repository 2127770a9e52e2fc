import JSONText

/// The settings of a stage kind, built once for all stages of the kind in a manifest.
protocol KindSettings: Sendable {
  /// The keys of the configuration.
  var names: [String] { get }

  /// Reads a stage's configuration and looks at it as a whole.
  ///
  /// - Parameter connected: as in `StageKind.problems(in:connected:)`.
  func resolve(_ json: JSON, connected: Set<String>) -> ResolvedConfiguration
}

extension StageKind {
  static var settings: any KindSettings { FieldSettings<Self>() }
}

private struct FieldSettings<Kind: StageKind>: KindSettings {
  let names: [String]
  private let table = FieldTable<Kind.Configuration>()

  init() { names = table.fields.map(\.name) }

  func resolve(_ json: JSON, connected: Set<String>) -> ResolvedConfiguration {
    let (configuration, fieldProblems) = table.decode(json)
    return ResolvedConfiguration(
      canonical: table.canonical(configuration), components: table.components(configuration),
      fieldProblems: fieldProblems,
      problems: fieldProblems.isEmpty ? Kind.problems(in: configuration, connected: connected) : [],
      metricNames: fieldProblems.isEmpty ? Kind.metricNames(configuration, connected: connected) : nil,
      audit: { inputs in Kind.audit(configuration, inputs: inputs) },
      estimate: { inputs in Kind.estimate(configuration, inputs: inputs) })
  }
}
