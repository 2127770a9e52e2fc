import Artifacts
import Diagnostics
import Foundation
import Lineage
import Pipeline

/// What the kinds say about the inputs of a plan's stages before anything runs.
public struct StoreAudit: Sendable {
  public var stages: [(name: String, audit: StageAudit)]

  /// Each once, though several stages may read the same file.
  public var diagnostics: [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return stages.flatMap(\.audit.diagnostics).filter { seen.insert($0).inserted }
  }

  /// Lets every stage look at those of its inputs that are there: sources, and outputs in the store; and at its own
  /// outputs, where they are stored.
  ///
  /// - Parameter onlyPending: leave out stages whose outputs are stored.
  /// - Throws: `Diagnostic` if the store cannot be read.
  public static func perform(_ plan: Plan, layout: StoreLayout, onlyPending: Bool) throws -> StoreAudit {
    var available = AvailableInputs(plan: plan, objects: ObjectStore(layout))
    var stages: [(String, StageAudit)] = []
    for stage in plan.stages where stage.decision != .cached || !onlyPending {
      let inputs = try available.inputs(of: stage.node)
      var audit = stage.node.audit(inputs)
      audit.diagnostics = audit.diagnostics.map { $0.naming(inputs) }
      audit.notes += notes(on: stage.node, inputs)
      if stage.decision == .cached {
        let outputs = try available.outputs(of: stage.node)
        audit.diagnostics += stage.node.kind.review(outputs).map { $0.naming(outputs) }
      }
      stages.append((stage.node.name, audit))
    }
    return StoreAudit(stages: stages)
  }

  /// What cannot be looked at yet.
  private static func notes(on node: StageNode, _ inputs: [StageInput]) -> [String] {
    let there = Set(inputs.map(\.label))
    var missing: [String] = []
    for binding in node.inputs where !there.contains(binding.label) && !missing.contains(binding.label) {
      missing.append(binding.label)
    }
    if missing.isEmpty { return [] }
    let isOne = missing.count == 1
    return [
      "\(missing.joined(separator: ", ")) \(isOne ? "is" : "are") not made yet: what depends on"
        + " \(isOne ? "it" : "them") (tokens, masks, lengths, whether models fit together) is checked in the run,"
        + " before the stage's first step"
    ]
  }
}

/// Inputs as paths: sources where the user has them, outputs laid out once in a directory that goes afterwards.
private struct AvailableInputs {
  let plan: Plan
  let objects: ObjectStore
  private var work: ScratchDirectory?
  private var paths: [InputBinding.Origin: URL] = [:]

  init(plan: Plan, objects: ObjectStore) {
    self.plan = plan
    self.objects = objects
  }

  mutating func inputs(of node: StageNode) throws -> [StageInput] {
    var inputs: [StageInput] = []
    for binding in node.inputs {
      switch binding.origin {
      case .source(let name):
        guard let source = plan.graph[source: name], let digest = plan.sourceDigests[name] else { continue }
        inputs.append(input(binding, digest, source.path, source.displayPath))
      case .stage(let name, let port):
        guard let digest = plan[stage: name]?.outputs[port] else { continue }
        do {
          inputs.append(input(binding, digest, try path(binding.origin, digest, port), nil))
        } catch let damage as Diagnostic where [.objectDamaged, .objectMissing].contains(damage.code) {
          throw damage.mended(byForcing: name)
        }
      }
    }
    return inputs
  }

  /// What a stage whose outputs are stored has made.
  mutating func outputs(of node: StageNode) throws -> [StageInput] {
    var outputs: [StageInput] = []
    for port in node.outputs {
      guard let digest = plan[stage: node.name]?.outputs[port.name] else { continue }
      let path = try path(.stage(node.name, port: port.name), digest, port.name)
      outputs.append(
        StageInput(
          port: port.name, type: port.type, digest: digest.text, path: path,
          label: "\(node.name).\(port.name)"))
    }
    return outputs
  }

  private func input(_ binding: InputBinding, _ digest: Digest, _ path: URL, _ original: String?)
    -> StageInput
  {
    StageInput(
      port: binding.port, name: binding.name, type: binding.type, digest: digest.text, path: path,
      label: binding.label, originalPath: original)
  }

  private mutating func path(_ origin: InputBinding.Origin, _ digest: Digest, _ port: String) throws -> URL {
    if let path = paths[origin] { return path }
    let directory = try work ?? objects.makeWorkDirectory(name: "audit")
    work = directory
    let path = directory.url.appendingPathComponent("\(paths.count)/\(port)")
    try objects.materialize(objects.reference(to: digest), at: path)
    paths[origin] = path
    return path
  }
}

extension Diagnostic {
  /// The same for an output that is damaged, with what to do about it.
  func mended(byForcing stage: String) -> Diagnostic {
    var damage = self
    damage.hint = "plumb run with --force \(stage) makes it again; plumb store verify finds all damage"
    return damage
  }
}
