import Artifacts
import JSONText

/// A component of a cache key that differs between two actions.
public struct ComponentChange: Sendable, Hashable {
  public var path: String
  /// Nil if the component is new.
  public var old: KeyValue?
  /// Nil if the component is gone.
  public var new: KeyValue?

  public init(path: String, old: KeyValue?, new: KeyValue?) {
    self.path = path
    self.old = old
    self.new = new
  }

  /// What differs, in the order of the new components; components that are gone come last.
  public static func between(_ old: [KeyComponent], _ new: [KeyComponent]) -> [ComponentChange] {
    let before = Dictionary(old.map { ($0.path, $0.value) }) { first, _ in first }
    let after = Set(new.map(\.path))
    let changed = new.compactMap { component -> ComponentChange? in
      let value = before[component.path]
      return value == component.value
        ? nil : ComponentChange(path: component.path, old: value, new: component.value)
    }
    let gone = old.filter { !after.contains($0.path) }
      .map { ComponentChange(path: $0.path, old: $0.value, new: nil) }
    return changed + gone
  }

  public var json: JSON {
    ["path": .string(path), "old": old?.json ?? .null, "new": new?.json ?? .null]
  }
}

extension ComponentChange: CustomStringConvertible {
  /// The component as a person would call it, such as `learning_rate` or `input data`.
  public var name: String {
    if path.hasPrefix("config.") { return String(path.dropFirst(7)) }
    return path.hasPrefix("input.") ? "input \(path.dropFirst(6))" : path
  }

  /// The change in words, such as `beta 0.1 → 0.2` or `input data 3f2a… → 9b1c…`.
  public var description: String {
    switch (old, new) {
    case (let old?, let new?): "\(name) \(old.brief) → \(new.brief)"
    case (nil, let new?): "\(name) added (\(new.brief))"
    case (let old?, nil): "\(name) removed (was \(old.brief))"
    case (nil, nil): name
    }
  }
}

extension KeyValue {
  /// The value as it fits into a line: digests and long texts shortened.
  var brief: String {
    switch self {
    case .digest(let digest): digest.short
    case .text(let text): text.count > 40 ? "\(text.prefix(37))…" : text
    case .null, .boolean, .integer, .number: valueText
    }
  }
}
