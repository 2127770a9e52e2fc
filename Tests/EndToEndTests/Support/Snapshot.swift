import Foundation

/// Every file below a directory with its size, its time of modification and its content: equal snapshots mean that
/// nothing was written in between.
struct Snapshot: Equatable {
  struct Entry: Equatable {
    var size: UInt64
    var modified: Date?
    var content: Data?
  }

  private(set) var entries: [String: Entry] = [:]

  /// - Parameter ignoring: names of files to leave out.
  init(_ directory: URL, ignoring: Set<String> = []) throws {
    let manager = FileManager.default
    for name in try manager.subpathsOfDirectory(atPath: directory.path) {
      let url = directory.appendingPathComponent(name)
      if ignoring.contains(url.lastPathComponent) { continue }
      let attributes = try manager.attributesOfItem(atPath: url.path)
      let isFile = attributes[.type] as? FileAttributeType == .typeRegular
      entries[name] = Entry(
        size: isFile ? attributes[.size] as? UInt64 ?? 0 : 0,
        modified: attributes[.modificationDate] as? Date, content: isFile ? try Data(contentsOf: url) : nil)
    }
  }

  /// Paths that differ between two snapshots.
  func differences(from other: Snapshot) -> [String] {
    Set(entries.keys).union(other.entries.keys).filter { entries[$0] != other.entries[$0] }.sorted()
  }
}
