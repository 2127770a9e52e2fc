import Foundation

/// Everything that reads what comes from outside.
enum FuzzTargets {
  static let all: [any FuzzTarget.Type] = [
    JSONTarget.self,
    ManifestTarget.self,
    RowsTarget.self,
    CSVTarget.self,
    GzipTarget.self,
    TokenizerTarget.self,
    PatternTarget.self,
    TokenizerDirectoryTarget.self,
    ChatTemplateTarget.self,
    ConfigurationTarget.self,
    AdapterTarget.self,
    RewardRecordTarget.self,
    WeightIndexTarget.self,
    SafetensorsTarget.self,
    StageEventsTarget.self,
    StageRequestTarget.self,
    TreeListingTarget.self,
  ]

  /// The names of those that this run is about: all, or what `PLUMBLINE_FUZZ_TARGET` names.
  static let chosen: [String] = {
    let names = all.map { $0.name }
    guard let only = ProcessInfo.processInfo.environment["PLUMBLINE_FUZZ_TARGET"] else { return names }
    return names.filter { $0 == only }
  }()
}
