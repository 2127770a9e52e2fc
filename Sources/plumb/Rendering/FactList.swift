import JSONText

/// Names and values, one below the other.
struct FactList {
  private var facts: [(name: String, value: String)] = []

  /// Adds a line; nothing for an absent or empty value.
  mutating func add(_ name: String, _ value: String?) {
    if let value, !value.isEmpty { facts.append((name, value)) }
  }

  func render(_ style: Style) -> String {
    let width = facts.map(\.name.displayWidth).max() ?? 0
    return facts.map { "\(style.dim($0.name.padded(to: width)))  \($0.value)\n" }.joined()
  }
}

extension JSON {
  /// An object as `seed=7  beta=0.1`; other values as they print.
  var inlineText: String {
    guard let members else { return scalarText }
    return members.map { "\($0.key)=\($0.value.scalarText)" }.joined(separator: "  ")
  }
}
