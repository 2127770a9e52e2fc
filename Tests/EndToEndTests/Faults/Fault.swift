import TestSupport

/// Something that goes wrong while commands run, or with what they left.
///
/// To add one: a file in `Kinds` and a line in `Faults`.
protocol Fault {
  static var name: String { get }
  /// Whether this machine lets it be brought about.
  static var isPossible: Bool { get }

  /// Brings it about and looks at what the command at work said. Afterwards any command must work, the store must be
  /// intact, and a run must make what a quiet run makes.
  static func inflict(on bench: FaultBench, _ random: inout SeededGenerator) throws
}

extension Fault {
  static var isPossible: Bool { true }
}

/// Everything that goes wrong.
enum Faults {
  static let all: [any Fault.Type] = [
    KilledRunner.self, KilledStage.self, KilledCollection.self, KilledRepair.self, DamagedObject.self,
    DamagedLog.self, EditedInput.self, TwoRuns.self, FullDisk.self, FileSizeLimit.self,
  ]
}
