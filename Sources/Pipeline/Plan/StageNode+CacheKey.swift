import Artifacts
import JSONText

extension StageNode {
  /// The leaves of the cache key that do not depend on inputs: kind, version, configuration, environment, and what
  /// is connected where.
  ///
  /// Requirements are judged after the fact and threads never change a result, so neither is in the key.
  public var ownComponents: [KeyComponent] {
    var leaves = [
      KeyComponent("kind", .text(kindName)), KeyComponent("version", .integer(kind.version)),
    ]
    leaves += components.map { KeyComponent("config.\($0.path)", KeyValue($0.value)) }
    leaves += environment.map { KeyComponent("env.\($0.name)", .text($0.value)) }
    leaves += orderedInputs.map { KeyComponent("\($0.componentPath).type", .text($0.type.rawValue)) }
    return leaves
  }

  /// The cache key for inputs with the given content.
  ///
  /// - Parameter digest: the content of an input; nil if it is not known yet.
  /// - Returns: nil if an input's content is not known.
  public func cacheKey(digest: (InputBinding) -> Digest?) -> CacheKey? {
    var leaves = ownComponents
    for input in orderedInputs {
      guard let content = digest(input) else { return nil }
      leaves.append(KeyComponent(input.componentPath, .digest(content)))
    }
    return CacheKey(leaves)
  }

  /// Inputs in the order of the kind's ports; named ones by name, so that their order in the manifest does not matter.
  private var orderedInputs: [InputBinding] {
    kind.inputs.flatMap { port in
      let bindings = inputs.filter { $0.port == port.name }
      return port.arity == .named ? bindings.sorted { ($0.name ?? "") < ($1.name ?? "") } : bindings
    }
  }
}

extension KeyValue {
  /// The typed value of a configuration leaf; an empty list or map is its text.
  init(_ json: JSON) {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .string(let value): self = .text(value)
    // A text cannot be taken for these: the leaves of a list that is not empty have other paths.
    case .array, .object: self = .text(json.compact)
    }
  }

  /// The value in JSON; digests as text.
  public var json: JSON {
    switch self {
    case .null: .null
    case .boolean(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): JSON(value)
    case .text(let value): .string(value)
    case .digest(let value): .string(value.text)
    }
  }
}
