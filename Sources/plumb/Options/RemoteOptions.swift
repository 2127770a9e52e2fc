import ArgumentParser
import Artifacts
import Diagnostics
import Execution
import Foundation
import Lineage

/// Which other store a command gives to or takes from.
struct RemoteOptions: ParsableArguments {
  /// Names the program to use in the place of `ssh`, as GIT_SSH does for Git.
  static let environmentVariable = "PLUMB_SSH"

  @Argument(
    help: "The other store: a directory, host:path, or ssh://user@host:port/path.", completion: .directory)
  var remote: String

  @Argument(
    help: "Runs, pipelines, outputs ('align.model') or tags, with what they were made from; else everything.")
  var targets: [String] = []

  @Flag(name: .long, help: "Move all tags on the other side, too; a tag that is named is always moved.")
  var tags = false

  @Flag(
    name: .long,
    help: "Hash what is on the receiving side already, too, and send what is damaged there again.")
  var verify = false

  @Option(
    name: .long, help: ArgumentHelp("How 'plumb' is called on the other machine.", valueName: "path"))
  var remotePlumb = "plumb"

  /// The other store, to take from; nothing is written there.
  ///
  /// - Parameter own: the user's store, which it must not be.
  /// - Throws: `Diagnostic` if it cannot be reached.
  func source(besides own: StoreLayout) throws -> any StoreSource {
    if let peer = try connect(creating: false) { return peer }
    return try LocalSource(layout(besides: own), name: remote, isOwn: false)
  }

  /// The other store, to give to; it is made if there is none.
  func destination(besides own: StoreLayout) throws -> any StorePeer {
    if let peer = try connect(creating: true) { return peer }
    return try LocalPeer(layout(besides: own), name: remote, creating: true, isOwn: false)
  }

  /// - Returns: nil for a directory of this machine.
  private func connect(creating: Bool) throws -> RemotePeer? {
    guard let location = try RemoteLocation(remote) else { return nil }
    let shell = ProcessInfo.processInfo.environment[Self.environmentVariable] ?? ""
    return try RemotePeer(
      location, program: remotePlumb, shell: shell.isEmpty ? "ssh" : shell, creating: creating)
  }

  private func layout(besides own: StoreLayout) throws -> StoreLayout {
    var layout = StoreLayout(root: URL(fileURLWithPath: remote, isDirectory: true).standardizedFileURL)
    // A project's directory stands for its store.
    let inside = StoreLayout(
      root: layout.root.appendingPathComponent(StoreLocation.directoryName, isDirectory: true))
    if inside.exists { layout = inside }
    guard layout.root.resolvingSymlinksInPath().path != own.root.resolvingSymlinksInPath().path else {
      throw Diagnostic(.peerUnavailable, "'\(remote)' is this store itself", hint: "name another one")
    }
    return layout
  }

  /// Names of tags to move; nil for all.
  var tagNames: [String]? { tags ? nil : targets.filter { (try? TagName($0)) != nil } }
}
