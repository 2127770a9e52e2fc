import JSONText

extension Plan {
  /// The plan as `plumb plan --json` prints it, schema `plumb.plan/1`, but for what a run as a whole takes.
  public var json: JSON {
    ["schema": "plumb.plan/1", "pipeline": .string(graph.name), "stages": .array(stages.map(\.json))]
  }
}

extension PlannedStage {
  var json: JSON {
    [
      "name": .string(node.name), "kind": .string(node.kindName), "option": JSON(node.option),
      "decision": .string(decision.rawValue), "reason": .string(reason), "key": JSON(key?.digest.text),
      "changes": .array(changes.map(\.json)), "estimate_seconds": JSON(expectedCost?.seconds),
      "estimate_bytes": JSON(expectedCost.map { Int($0.bytes) }), "estimate_memory": JSON(expectedMemory),
    ]
  }
}
