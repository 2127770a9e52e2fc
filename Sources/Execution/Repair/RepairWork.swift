import Artifacts
import Diagnostics
import Foundation
import Lineage

/// Carries out the steps of a repair while runs and garbage collection go on: what the plan says of the store may no
/// longer hold.
struct RepairWork {
  let database: LineageDatabase
  let objects: ObjectStore
  let rerun: RepairRun
  let interruption: RunInterruption

  /// Keeps the bytes of what is damaged.
  ///
  /// - Throws: `Diagnostic` if the trash cannot be written, or it is asked to stop.
  func quarantine(_ damage: Set<Digest>) throws {
    try holding(.shared) { for digest in damage.sorted() { try objects.quarantine(digest) } }
  }

  /// - Throws: `Diagnostic` if the step cannot be done, or it is asked to stop.
  func mend(_ step: RepairPlan.Step) throws {
    switch step.action {
    case .impossible(let reason): throw Diagnostic(.notRepaired, reason)
    case .setAside: try holding(.exclusive) { try setAside(step.contents) }
    case .restore: try putting(step) { try restore(step) }
    case .retake(let file): try putting(step) { try retake(step, from: file) }
    case .rerun(let recipe):
      try rerun.perform(recipe)
      try putting(step) {}
    }
  }

  /// Runs something with the collection lock: `.shared` while no garbage is taken away, `.exclusive` while no one
  /// stores anything either.
  private func holding(_ mode: FileLock.Mode, _ body: () throws -> Void) throws {
    let lock = try interruption.lock(objects.layout.collectionLock, mode)
    defer { withExtendedLifetime(lock) {} }
    try body()
  }

  /// Brings a step's contents in, and promises those that are there then.
  private func putting(_ step: RepairPlan.Step, _ body: () throws -> Void) throws {
    try holding(.shared) {
      try body()
      try database.markPresent(step.contents.filter(objects.isComplete).map(\.digest))
    }
  }

  private func restore(_ step: RepairPlan.Step) throws {
    for content in step.contents where try !objects.restore(content) {
      throw Diagnostic(.notRepaired, "\(step.name) is no longer in the trash")
    }
  }

  private func retake(_ step: RepairPlan.Step, from file: URL) throws {
    for content in step.contents {
      guard try ContentDigester().reference(to: file) == content else {
        throw Diagnostic(.notRepaired, "'\(file.path)' has other content now")
      }
      _ = try objects.put(file, links: .follow)
    }
  }

  /// Takes away what nothing recorded needs and nobody has made whole since that was planned.
  private func setAside(_ contents: [ObjectReference]) throws {
    let promised = Set(try database.read { try $0.presentObjects() }.map(\.digest))
    for content in contents where !objects.closure(of: content.digest).allSatisfy(objects.isIntact) {
      guard !promised.contains(content.digest) else {
        throw Diagnostic(
          .notRepaired, "a run has recorded it in the meantime", hint: "plumb store verify --repair")
      }
      try objects.setAside(content.digest)
    }
  }
}
