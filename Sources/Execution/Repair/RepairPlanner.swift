import Artifacts
import Foundation
import Lineage
import Pipeline

/// Finds out how each damaged artifact can be had again: from the trash, from the user's files, or by repeating the
/// execution that made it, for which its inputs must be mended first.
struct RepairPlanner {
  private let queries: LineageQueries
  private let objects: ObjectStore
  private let registry: StageRegistry
  private(set) var plan: RepairPlan
  /// What is known of artifacts that were looked at.
  private var outcomes: [Digest: Outcome] = [:]
  /// Artifacts that are being looked at: each is needed to make the one before it.
  private var pending: Set<Digest> = []
  /// Those of them on which the loss of something was blamed.
  private var blamed: Set<Digest> = []
  /// What is lost as long as a pending artifact is, in the order in which that was found.
  private var provisional: [Digest] = []

  /// Executions, each of which needs what the next one makes, that are followed.
  private static let maximumDepth = 500

  private enum Outcome {
    /// It is sound, or can be made so.
    case available
    case lost(reason: String)
  }

  /// - Parameter verification: what a check of every object found.
  init(
    _ verification: StoreVerification, _ queries: LineageQueries, _ objects: ObjectStore,
    registry: StageRegistry
  ) throws {
    self.queries = queries
    self.objects = objects
    self.registry = registry
    plan = RepairPlan(damage: Set(verification.damage.map(\.digest)))
    let promised = Set(try queries.presentObjects().map(\.digest))
    for damage in verification.damage {
      let holders = verification.dependents(of: damage.digest).sorted()
      let needed = holders.filter(promised.contains)
      for digest in needed { _ = try outcome(of: digest) }
      if needed.isEmpty { setAside(holders) }
    }
  }

  private mutating func setAside(_ digests: [Digest]) {
    for digest in digests where outcomes.updateValue(.available, forKey: digest) == nil {
      let object = ObjectReference(digest: digest, kind: .blob, size: 0)
      plan.steps.append(.init(name: digest.text, contents: [object], action: .setAside))
    }
  }

  /// Plans to mend an artifact if it is not sound.
  private mutating func outcome(of digest: Digest) throws -> Outcome {
    if let known = outcomes[digest] { return known }
    if pending.contains(digest) {
      // An execution may have read what it made.
      blamed.insert(digest)
      return .lost(reason: "it was made from itself")
    }
    guard pending.count < Self.maximumDepth else {
      blamed.formUnion(pending)
      return .lost(
        reason: "more than \(Self.maximumDepth) stages would have to run again, one after the other")
    }
    guard let artifact = try queries.artifacts(of: digest).first else {
      return .lost(reason: "nothing is known of it")
    }
    if objects.isComplete(artifact.object), plan.damage.isDisjoint(with: objects.closure(of: digest)) {
      outcomes[digest] = .available
      return .available
    }
    let first = provisional.count
    pending.insert(digest)
    let step = try mend(artifact.object)
    pending.remove(digest)
    let wasBlamed = blamed.remove(digest) != nil
    let outcome: Outcome
    if case .impossible(let reason) = step.action {
      outcome = .lost(reason: reason)
      if blamed.isEmpty { provisional.removeAll() } else { provisional.append(digest) }
    } else {
      outcome = .available
      if wasBlamed { forget(provisional[first...]) }
    }
    for content in step.contents { outcomes[content.digest] = outcome }
    plan.steps.append(step)
    return outcome
  }

  /// Lets artifacts be looked at anew: what they were lost by can be had.
  private mutating func forget(_ digests: ArraySlice<Digest>) {
    for digest in digests { outcomes[digest] = nil }
    let forgotten = Set(digests)
    plan.steps.removeAll { step in
      guard case .impossible = step.action else { return false }
      return step.contents.contains { forgotten.contains($0.digest) }
    }
    provisional.removeSubrange(digests.indices)
  }

  private mutating func mend(_ object: ObjectReference) throws -> RepairPlan.Step {
    let sources = try queries.sources(of: object.digest)
    let producers = try queries.producers(of: object.digest)
    var name = sources.first.map { "sources.\($0.name)" } ?? object.digest.short
    var problems: [String] = []
    if try objects.isRestorable(object) { return .init(name: name, contents: [object], action: .restore) }
    if !sources.isEmpty {
      let (file, problem) = try original(of: object, paths: sources.map(\.path))
      if let file { return .init(name: name, contents: [object], action: .retake(file)) }
      problems.append(problem)
    }
    var tried: Set<Digest> = []
    for producer in producers.reversed() {
      guard let recipe = try queries.recipe(of: producer.execution), tried.insert(recipe.key).inserted else {
        continue
      }
      name = "\(recipe.stage).\(producer.port)"
      if let problem = try obstacle(to: recipe) {
        problems.append(problem)
      } else {
        let contents = recipe.outputs.map(\.artifact.object)
        return .init(name: recipe.stage, contents: contents, action: .rerun(recipe))
      }
    }
    let reason =
      problems.isEmpty ? "nothing recorded says where it came from" : problems.joined(separator: "; ")
    return .init(name: name, contents: [object], action: .impossible(reason: reason))
  }

  /// What keeps an execution from being repeated; its inputs are planned to be mended.
  private mutating func obstacle(to recipe: ExecutionRecipe) throws -> String? {
    guard let kind = registry[recipe.kind] else { return "this plumb has no stage kind '\(recipe.kind)'" }
    guard kind.version == recipe.kindVersion else {
      return
        "\(recipe.stage) was made by version \(recipe.kindVersion) of \(recipe.kind), and this plumb has version "
        + "\(kind.version), which may make other bytes"
    }
    for input in recipe.inputs {
      if case .lost(let reason) = try outcome(of: input.record.artifact.digest) {
        return "it needs \(input.record.label), which is lost: \(reason)"
      }
    }
    return nil
  }

  /// A file or directory of the user's that still has the content.
  private func original(of object: ObjectReference, paths: [String]) throws -> (URL?, problem: String) {
    var candidates = try queries.knownFiles(of: object.digest).map { URL(fileURLWithPath: $0) }
    let places = [
      URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true),
      objects.layout.root.deletingLastPathComponent(),
    ]
    for path in paths {
      candidates +=
        path.hasPrefix("/") ? [URL(fileURLWithPath: path)] : places.map { $0.appendingPathComponent(path) }
    }
    var seen: Set<String> = []
    let existing = candidates.filter { file in
      seen.insert(file.standardizedFileURL.path).inserted && FileManager.default.fileExists(atPath: file.path)
    }
    for file in existing where (try? ContentDigester().reference(to: file)) == object {
      return (file.standardizedFileURL, "")
    }
    let path = paths.first ?? ""
    return (nil, existing.isEmpty ? "\(path) is not there any more" : "\(path) has other content now")
  }
}
