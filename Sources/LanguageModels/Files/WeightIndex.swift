import Diagnostics
import Foundation
import JSONText

/// `model.safetensors.index.json`: which file of the folder holds which tensor.
struct WeightIndex: Sendable {
  struct Shard: Sendable {
    /// A file name without folders.
    var file: String
    /// In the order of the index; never empty.
    var tensors: [String]
  }

  static let fileName = "model.safetensors.index.json"

  let displayName: String
  /// In the order in which the index first names them.
  let shards: [Shard]

  /// - Throws: `Diagnostic` if the index is malformed, names a tensor twice or a file outside its folder.
  init(_ url: URL, displayName: String) throws(Diagnostic) {
    let json = try readJSON(url, displayName: displayName)
    guard let members = json["weight_map"]?.members else {
      throw Self.invalid(displayName, "\"weight_map\" is not an object of tensor names and file names")
    }
    var shards: [Shard] = []
    var positions: [String: Int] = [:]
    var seen: Set<String> = []
    for member in members {
      guard seen.insert(member.key).inserted else {
        throw Self.invalid(displayName, "\"weight_map\" names tensor \"\(member.key)\" twice")
      }
      guard let file = member.value.stringValue, Self.isPlainFileName(file) else {
        throw Self.invalid(
          displayName,
          "tensor \"\(member.key)\" is mapped to \(member.value.compact); expected the name of a file in this folder"
        )
      }
      if let position = positions[file] {
        shards[position].tensors.append(member.key)
      } else {
        positions[file] = shards.count
        shards.append(Shard(file: file, tensors: [member.key]))
      }
    }
    self.displayName = displayName
    self.shards = shards
  }

  private static func isPlainFileName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == 0 }
  }

  private static func invalid(_ file: String, _ message: String) -> Diagnostic {
    Diagnostic(.invalidWeightIndex, message, at: SourceLocation(file: file))
  }
}
