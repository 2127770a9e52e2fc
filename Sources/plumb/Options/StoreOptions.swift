import ArgumentParser
import Artifacts
import Diagnostics
import Execution
import Foundation
import Lineage

/// Which store a command works with.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The store's directory; else PLUMB_STORE, else '.plumb' here or above.", valueName: "dir"))
  var store: String?

  func validate() throws {
    guard let store else { return }
    if store.isEmpty { throw ValidationError("--store must not be empty") }
    let isRemote = (try? RemoteLocation(store)) != nil
    if isRemote {
      throw ValidationError(
        "--store takes a directory, and '\(store)' names another machine, which 'plumb store push' sends to and"
          + " 'plumb store pull' fetches from; write a directory with a colon as ./a:b")
    }
  }

  /// The store for a manifest: found upwards from its directory, or to be made beside it.
  ///
  /// - Throws: `Diagnostic` if what is named is no store.
  func layout(forManifest manifest: URL) throws -> StoreLayout {
    let layout = StoreLocation.locate(explicit: store, from: manifest.deletingLastPathComponent())
    try layout.refuseForeignDirectory()
    return layout
  }

  /// The store to write to, whether or not it is there: found upwards from the current directory, or to be made in it.
  var layoutToFill: StoreLayout {
    let current = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    return StoreLocation.locate(explicit: store, from: current)
  }

  /// The store to look into: found upwards from the current directory, or the only one directly below it.
  ///
  /// - Throws: `Diagnostic` if there is none, or several, or what is named is no store.
  func existingLayout() throws -> StoreLayout {
    let current = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    let found = StoreLocation.locate(explicit: store, from: current)
    if found.exists {
      try found.refuseForeignDirectory()
      return found
    }
    if store == nil {
      let below = storesBelow(current)
      if let only = below.first, below.count == 1 { return only }
      if below.count > 1 {
        throw Diagnostic(
          .noStore, "there are several stores below '\(current.path)'",
          hint: "name one: "
            + below.map { "--store \($0.root.relativePath(from: current))" }.joined(separator: ", "))
      }
    }
    throw Diagnostic(
      .noStore, "there is no store at '\(found.root.path)'",
      hint: "'plumb run MANIFEST' makes one; another is named with --store DIR")
  }

  /// The lineage of an existing store, to be read.
  ///
  /// - Throws: `Diagnostic` if there is no store, or nothing was run in it.
  func reader() throws -> (reader: LineageReader, layout: StoreLayout) {
    let layout = try existingLayout()
    guard let reader = try LineageReader.open(layout) else {
      throw Diagnostic(
        .noStore, "nothing was run in the store '\(layout.root.path)' yet", hint: "plumb run MANIFEST")
    }
    return (reader, layout)
  }

  private func storesBelow(_ directory: URL) -> [StoreLayout] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.sorted()
      .map { directory.appendingPathComponent("\($0)/\(StoreLocation.directoryName)", isDirectory: true) }
      .map(StoreLayout.init(root:)).filter(\.exists)
  }
}

extension URL {
  /// The path as seen from a directory above it; the whole path if it lies elsewhere.
  func relativePath(from directory: URL) -> String {
    let prefix = directory.path.hasSuffix("/") ? directory.path : directory.path + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }
}
