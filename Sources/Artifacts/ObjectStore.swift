import Diagnostics
import Foundation
import Synchronization

/// Immutable content by digest: files as they are, directories as canonical listings.
///
/// Bytes reach `objects` only complete and synced, by a link that never replaces what is there, so a process
/// killed at any instant leaves whole objects and harmless temporaries.
public final class ObjectStore: Sendable {
  public let layout: StoreLayout
  private let scratch = Mutex<ScratchDirectory?>(nil)
  private let onStep: @Sendable (CommitStep) -> Void

  /// Opens the objects of a store; nothing is created before something is put.
  public convenience init(_ layout: StoreLayout) { self.init(layout, onStep: { _ in }) }

  /// - Parameter onStep: called after each step of a commit, so that tests can end the process there.
  package init(_ layout: StoreLayout, onStep: @escaping @Sendable (CommitStep) -> Void) {
    self.layout = layout
    self.onStep = onStep
  }

  /// A working directory for an execution, on the same file system as the objects.
  public func makeWorkDirectory(name: String) throws -> ScratchDirectory {
    try ScratchDirectory(in: layout.work, name: name)
  }

  func temporaryPath() throws -> String {
    let directory = try scratch.withLock { scratch in
      if let scratch { return scratch.url }
      let made = try ScratchDirectory(in: layout.temporary, name: "put")
      scratch = made
      return made.url
    }
    return directory.path + "/" + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  func reached(_ step: CommitStep) { onStep(step) }
}

/// The steps of bringing bytes into the store, in their order.
package enum CommitStep: String, Sendable, CaseIterable, Codable {
  case written, synced, linked, directorySynced
}
