import Foundation
import JSONText
import Lineage
import Pipeline

extension RunDescription {
  init(_ plan: Plan, _ options: RunOptions) {
    self.init(
      pipeline: plan.graph.name, manifestPath: options.manifestPath, manifestText: plan.graph.manifestText,
      parameters: .object(plan.graph.parameters), choices: .object(plan.graph.choices),
      targets: options.targets,
      environment: Self.environment(options),
      stages: plan.stages.map { stage in
        StagePlanRecord(
          name: stage.node.name, kind: stage.node.kindName, decision: stage.decision.rawValue,
          reason: stage.reason)
      })
  }

  /// Facts about machine and program that are in no key.
  private static func environment(_ options: RunOptions) -> JSON {
    let process = ProcessInfo.processInfo
    return [
      "system": .string(process.operatingSystemVersionString), "processor": JSON(processorName),
      "cpu_level": JSON(options.cpuLevel),
      "cores": .integer(process.activeProcessorCount), "memory_bytes": .integer(Int(process.physicalMemory)),
      "threads": .integer(options.budget.threads), "memory_budget": .integer(options.budget.memory),
      "jobs": .integer(options.jobs),
    ]
  }

  /// The model name in `/proc/cpuinfo` (proc_cpuinfo(5)); nil where there is none.
  private static var processorName: String? {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
