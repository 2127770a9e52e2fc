/// A value of a YAML document with its place in the text; aliases are replaced by what they stand for.
struct YAMLNode: Sendable {
  indirect enum Content: Sendable {
    /// A scalar as text; only plain ones can be numbers, booleans or null.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// Keys in the order of the text, each once.
    case mapping([YAMLEntry])
  }

  var content: Content
  var span: SourceSpan
  /// Nodes at and below this one, with every alias counted as often as it is used.
  var size: Int

  var entries: [YAMLEntry]? { if case .mapping(let entries) = content { entries } else { nil } }
  var elements: [YAMLNode]? { if case .sequence(let elements) = content { elements } else { nil } }

  /// The text of a scalar, whatever its type.
  var text: String? { if case .scalar(let text, _) = content { text } else { nil } }

  subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }
}

/// A key of a mapping and its value.
struct YAMLEntry: Sendable {
  var key: String
  var keySpan: SourceSpan
  var value: YAMLNode
}
