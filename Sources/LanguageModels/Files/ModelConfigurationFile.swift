import Diagnostics
import Foundation
import JSONText

/// Writes `config.json` so that the keys a model came with survive its fine-tuning.
public enum ModelConfigurationFile {
  public static let fileName = "config.json"

  /// Writes a configuration with some keys changed; the others keep their place and value.
  ///
  /// - Parameters:
  ///   - original: the configuration that the model was read with, or an object made for a new model.
  ///   - changes: keys to set; null removes a key.
  ///   - elementType: what the weights are written in; nil leaves what the file declares.
  /// - Throws: `Diagnostic` if the file cannot be written.
  public static func write(
    _ original: JSON, changing changes: [(key: String, value: JSON)] = [],
    elementType: String? = "float32", to directory: URL
  ) throws(Diagnostic) {
    var json = original
    for change in changes { json.set(change.key, to: change.value) }
    if let elementType {
      let typeKey = json["torch_dtype"] != nil && json["dtype"] == nil ? "torch_dtype" : "dtype"
      json.set(typeKey, to: .string(elementType))
      if typeKey == "dtype" { json.set("torch_dtype", to: .null) }
    }
    try writeJSON(json, to: directory.appendingPathComponent(fileName))
  }
}

extension JSON {
  /// Sets a key of an object in its place, or appends it; null removes it.
  package mutating func set(_ key: String, to value: JSON) {
    guard var members else { preconditionFailure("\(typeName) has no keys to set") }
    if value.isNull {
      members.removeAll { $0.key == key }
    } else if let index = members.firstIndex(where: { $0.key == key }) {
      members[index].value = value
    } else {
      members.append(Member(key, value))
    }
    self = .object(members)
  }
}
