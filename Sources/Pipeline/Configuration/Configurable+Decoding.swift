import Diagnostics
import JSONText

extension Configurable {
  /// Reads a configuration from a map and collects everything that is wrong with it.
  ///
  /// - Returns: the configuration with the default for every key that is absent or wrong, and the problems, each
  ///   with the path from the map to the offending part.
  public static func decode(_ json: JSON) -> (Self, [FieldProblem]) {
    FieldTable<Self>().decode(json)
  }

  /// Every default in place, in the order of the fields: two texts that mean the same give the same value.
  public var canonical: JSON { FieldTable<Self>().canonical(self) }

  /// What the canonical form puts into the cache key: one typed value per leaf, in the order of the fields.
  public var components: [ConfigurationComponent] { FieldTable<Self>().components(self) }

  /// The fields with their defaults, for a schema or a help text.
  public static var describedFields: [FieldDescription] { FieldTable<Self>().describe(Self()) }
}

/// One leaf of a configuration: its path, such as `model.hidden_size` or `betas[0]`, and its typed value.
public struct ConfigurationComponent: Sendable, Hashable {
  public var path: String
  /// A scalar, or an empty list or map.
  public var value: JSON

  public init(path: String, value: JSON) {
    self.path = path
    self.value = value
  }
}

extension JSON {
  /// One typed value per leaf, depth first.
  ///
  /// Empty lists and maps are leaves. Keys with characters that could be read as structure are quoted, so that two
  /// configurations have equal components only if they are equal.
  var components: [ConfigurationComponent] {
    var leaves: [ConfigurationComponent] = []
    appendLeaves(path: "", to: &leaves)
    return leaves
  }

  private func appendLeaves(path: String, to leaves: inout [ConfigurationComponent]) {
    switch self {
    case .array(let items) where !items.isEmpty:
      for (index, item) in items.enumerated() { item.appendLeaves(path: "\(path)[\(index)]", to: &leaves) }
    case .object(let members) where !members.isEmpty:
      for member in members {
        let step = member.key.isPlainKey ? member.key : JSON.string(member.key).compact
        member.value.appendLeaves(path: path.isEmpty ? step : "\(path).\(step)", to: &leaves)
      }
    default: leaves.append(ConfigurationComponent(path: path, value: self))
    }
  }
}

extension String {
  /// Whether a key can stand in a path without quotes: letters, digits, `_`, `-`, `/` and `@` only.
  fileprivate var isPlainKey: Bool {
    !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"),
          UInt8(ascii: "@"):
          true
        default: byte >= 0x80
        }
      }
  }
}
