import JSONText

extension Plan {
  /// The plan as `plumb plan --json` prints it, schema `plumb.plan/1`.
  public var json: JSON {
    ["schema": "plumb.plan/1", "pipeline": .string(graph.name), "stages": .array(stages.map(\.json))]
  }
}

extension PlannedStage {
  var json: JSON {
    [
      "name": .string(node.name), "kind": .string(node.kindName), "option": JSON(node.option),
      "decision": .string(decision.rawValue), "reason": .string(reason), "key": JSON(key?.digest.text),
      "changes": .array(changes.map(\.json)), "estimate_seconds": JSON(estimatedSeconds),
    ]
  }
}
