extension StageNode {
  /// Why the stage has to run, in words: what changed, or else how its last execution ended.
  public func reason(for changes: [ComponentChange], after outcome: RecordedAction.Outcome) -> String {
    if changes.isEmpty {
      return switch outcome {
      case .failed: "it failed the last time"
      case .interrupted: "it was interrupted the last time"
      case .succeeded: "no result is stored"
      }
    }
    // The type of an input changes with its content; one line for both is enough.
    let shown = changes.filter { !$0.path.hasSuffix(".type") || changes.count == 1 }
    let rest = shown.count > 3 ? "; and \(shown.count - 3) more" : ""
    let words = shown.prefix(3).map { change in
      // Digests mean little to a person; the name of what changed says more.
      if change.old != nil, change.new != nil,
        let input = inputs.first(where: { $0.componentPath == change.path })
      {
        return "\(input.label) changed"
      }
      return change.description
    }
    return words.joined(separator: "; ") + rest
  }
}
