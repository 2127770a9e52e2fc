extension JSON {
  /// A string without quotes; other values as JSON.
  public var scalarText: String { stringValue ?? (isNull ? "null" : compact) }

  /// Every leaf of nested objects by its dotted path.
  public var leaves: [(path: String, value: JSON)] {
    guard let members else { return [("", self)] }
    return members.flatMap { member in
      member.value.leaves.map { leaf in
        (leaf.path.isEmpty ? member.key : "\(member.key).\(leaf.path)", leaf.value)
      }
    }
  }
}
