import Artifacts
import Foundation
import Lineage

/// Content of a record as a crate holds it.
struct CrateContent {
  var artifact: Artifact
  /// Such as `sft.model` or `sources.demos`.
  var names: [String]
  /// Where a source was read from; nil for what a stage made.
  var sourcePath: String?
  /// Relative to the crate; nil if the crate only refers to the content.
  var path: String?
  /// The files of a directory, by their paths in it.
  var files: [(name: String, object: ObjectReference)]

  /// The identifier of its entity: a path, or the name of its hash (RFC 6920).
  var id: String {
    guard let path else { return artifact.object.hashName }
    return path.percentEncoded + (artifact.object.kind == .tree ? "/" : "")
  }
}

/// All content of a record, each with a path of its own.
struct CrateContents {
  let items: [CrateContent]
  private let indexes: [Digest: Int]

  /// - Parameter objects: where bytes are taken from; without it, and for what is no longer there, the crate only refers
  ///   to the content.
  init(_ graph: LineageGraph, objects: ObjectStore?) {
    var items: [CrateContent] = []
    var taken: Set<String> = []
    for node in graph.nodes {
      guard var item = CrateContent(node) else { continue }
      if let objects, objects.isComplete(item.artifact.object) {
        item.files = (try? objects.files(of: item.artifact.object)) ?? []
        let wanted = item.wantedPath
        // File systems that ignore case take two names for one.
        item.path = taken.contains(wanted.lowercased()) ? item.path(with: item.artifact.digest.short) : wanted
        taken.insert(item.path?.lowercased() ?? "")
      }
      items.append(item)
    }
    self.items = items
    indexes = Dictionary(items.indices.map { (items[$0].artifact.digest, $0) }) { first, _ in first }
  }

  subscript(digest: Digest) -> CrateContent? { indexes[digest].map { items[$0] } }
}

extension CrateContent {
  fileprivate init?(_ node: LineageGraph.Node) {
    switch node {
    case .source(let artifact, let names, let paths):
      self.init(artifact: artifact, names: names, sourcePath: paths.first ?? names.first, files: [])
    case .artifact(let artifact, let names): self.init(artifact: artifact, names: names, files: [])
    case .execution: return nil
    }
  }

  fileprivate var wantedPath: String { path(with: nil) }

  /// `sources/demos.jsonl` or `artifacts/sft.model`, with a mark before the extension that tells namesakes apart.
  fileprivate func path(with mark: String?) -> String {
    let wanted = sourcePath.map { ($0 as NSString).lastPathComponent } ?? names.first ?? artifact.digest.short
    let name = wanted.asFileName ?? artifact.digest.short
    let folder = sourcePath == nil ? "artifacts" : "sources"
    guard let mark else { return "\(folder)/\(name)" }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard sourcePath != nil, parts.count > 1, let last = parts.last else {
      return "\(folder)/\(name)-\(mark)"
    }
    return "\(folder)/\(parts.dropLast().joined(separator: "."))-\(mark).\(last)"
  }
}

extension ObjectReference {
  /// RFC 6920's name of a hash, such as `ni:///sha-256;f4OxZX…`.
  var hashName: String {
    var bytes = Data()
    var digits = Substring(digest.text)
    while let byte = UInt8(digits.prefix(2), radix: 16) {
      bytes.append(byte)
      digits = digits.dropFirst(2)
    }
    let text = bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    return "ni:///sha-256;" + text.replacing("=", with: "")
  }
}

extension String {
  /// The text as the name of a file; nil if it cannot be one.
  var asFileName: String? {
    guard ![".", "..", ""].contains(self), !contains(where: { $0.isNewline || $0 == "\0" }) else {
      return nil
    }
    return replacing("/", with: "_")
  }

  /// A relative path as a URI reference.
  var percentEncoded: String { addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? self }
}
