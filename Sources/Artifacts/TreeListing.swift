import Diagnostics

/// What an object is: the bytes of one file, or the canonical listing of a directory.
public enum ObjectKind: String, Sendable, Hashable {
  case blob
  case tree
}

/// Content by name: a file, or a directory with everything below it.
public struct ObjectReference: Sendable, Hashable {
  public var digest: Digest
  public var kind: ObjectKind
  /// Bytes of the file, or of all files below the directory.
  public var size: Int64

  public init(digest: Digest, kind: ObjectKind, size: Int64) {
    self.digest = digest
    self.kind = kind
    self.size = size
  }
}

/// A named entry of a directory.
public struct TreeEntry: Sendable, Hashable {
  public var name: String
  public var object: ObjectReference

  public init(name: String, object: ObjectReference) {
    self.name = name
    self.object = object
  }
}

/// The canonical listing of a directory: one line for each entry, sorted by the bytes of the names.
///
///     plumbline-tree 1
///     blob 5 2cf24d…9824 greeting.txt
///     tree 120 9b74c9…f3a1 weights
///
/// Equal directories have equal listings, whatever order, times and modes the file system reports.
public struct TreeListing: Sendable, Hashable {
  static let header = "plumbline-tree 1\n"
  /// Bytes in a name, as file systems have it (NAME_MAX).
  static let maximumNameLength = 255

  /// Sorted by the bytes of the names.
  public let entries: [TreeEntry]

  /// - Precondition: names are valid and differ.
  init(_ entries: [TreeEntry]) {
    self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// Bytes of all files below.
  public var size: Int64 { entries.reduce(0) { $0 + $1.object.size } }

  var bytes: [UInt8] {
    var text = TreeListing.header
    for entry in entries {
      let object = entry.object
      text += "\(object.kind.rawValue) \(object.size) \(object.digest.text) \(entry.name)\n"
    }
    return Array(text.utf8)
  }

  /// Reads a listing; nil unless the bytes are exactly what `bytes` would write.
  init?(bytes: [UInt8]) {
    guard bytes.starts(with: TreeListing.header.utf8), bytes.last == UInt8(ascii: "\n"),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    var entries: [TreeEntry] = []
    var total: Int64 = 0
    for line in text.utf8.dropFirst(TreeListing.header.utf8.count).split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
      guard parts.count == 4, let kind = ObjectKind(rawValue: String(Substring(parts[0]))),
        let size = Int64(String(Substring(parts[1]))), size >= 0, let digest = Digest(Substring(parts[2])),
        TreeListing.problem(inName: String(Substring(parts[3]))) == nil
      else { return nil }
      let sum = total.addingReportingOverflow(size)
      guard !sum.overflow else { return nil }
      total = sum.partialValue
      entries.append(
        TreeEntry(
          name: String(Substring(parts[3])), object: ObjectReference(digest: digest, kind: kind, size: size)))
    }
    self.init(entries)
    guard self.bytes == bytes, zip(self.entries, self.entries.dropFirst()).allSatisfy({ $0.name != $1.name })
    else { return nil }
  }

  /// Why a name cannot stand in a listing; nil if it can.
  static func problem(inName name: String) -> String? {
    if name.isEmpty || name == "." || name == ".." { return "is no name for a file" }
    if name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") }) {
      return "holds a slash or a control character"
    }
    if name.utf8.count > maximumNameLength { return "is longer than \(maximumNameLength) bytes" }
    return nil
  }
}
