import ArgumentParser
import Artifacts
import Compute
import Diagnostics
import Execution
import Foundation
import JSONText
import Lineage
import Stages

struct StoreVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Hash every object again; name what is damaged or missing, and what depends on it.",
    discussion: """
      Changes nothing, unless --repair is given: then what was lost is taken from the trash or from the original \
      file, or the stage that made it runs again as it is recorded, and must make the same bytes. Exits with 7 if \
      there is damage, or if some is left.
      """)

  @Flag(name: .long, help: "Make what is damaged again, and check that it is the same.")
  var repair = false

  @Flag(name: .long, help: "With --repair: say what would be done, without doing it.")
  var plan = false

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("With --repair: threads of a stage; all cores by default.", valueName: "n"))
  var threads: Int?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if plan, !repair { throw ValidationError("--plan needs --repair") }
    if threads != nil, !repair { throw ValidationError("--threads needs --repair") }
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    let layout = try store.existingLayout()
    let reader = try LineageReader.open(layout)
    let expected = try reader?.read { try $0.presentObjects() } ?? []
    let result = try verify(layout, expecting: expected.map(\.digest))
    let damage = try result.damage.map { damage in
      DamageView(damage, users: try reader?.read { try users(of: damage, result, $0) } ?? [])
    }
    var view = VerificationView(objects: result.objects, bytes: result.bytes, damage: damage)
    let interruption = RunInterruption()
    if repair, !result.damage.isEmpty, let reader {
      view.repair = try mend(result, layout, reader, interruption)
    }
    output.write(json: view.json, text: view.text)
    if interruption.isRequested { throw ExitStatus.interrupted.code }
    if !view.isSound { throw ExitStatus.damaged.code }
  }

  private func verify(_ layout: StoreLayout, expecting expected: [Digest]) throws -> StoreVerification {
    let progress = ProgressLine(label: "verifying")
    defer { progress.clear() }
    return try ObjectStore(layout).verify(expecting: expected) { done, total in
      progress.update(done: done, total: total, unit: "objects")
    }
  }

  private func mend(
    _ result: StoreVerification, _ layout: StoreLayout, _ reader: LineageReader,
    _ interruption: RunInterruption
  ) throws -> RepairView {
    let repair = StoreRepair(layout, registry: .builtIn)
    let steps = try reader.read { try repair.plan(result, $0) }
    if plan { return RepairView(planned: steps) }
    try CPULevel.check()
    SignalWatch.start { _ in if !interruption.request() { _exit(ExitStatus.interrupted.rawValue) } }
    let results = try perform(steps, repair, interruption)
    let objects = ObjectStore(layout)
    let mended = Set(results.filter { $0.failure == nil }.flatMap(\.step.contents).map(\.digest))
    let remaining = Set(result.damage.map(\.digest)).subtracting(mended).filter { !objects.isIntact($0) }
    return RepairView(results, remaining: remaining.count)
  }

  private func perform(_ plan: RepairPlan, _ repair: StoreRepair, _ interruption: RunInterruption) throws
    -> [StoreRepair.Result]
  {
    var line: (stage: String, progress: ProgressLine)?
    defer { line?.progress.clear() }
    return try repair.perform(
      plan, executor: ProcessExecutor(), threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      interruption: interruption
    ) { stage, progress in
      if line?.stage != stage { line = (stage, ProgressLine(label: "repeating \(stage)")) }
      line?.progress.update(done: progress.done, total: progress.total, unit: progress.unit)
    }
  }

  /// The artifacts that cannot be used without the object.
  private func users(of damage: ObjectDamage, _ result: StoreVerification, _ queries: LineageQueries) throws
    -> [DamageView.User]
  {
    try result.dependents(of: damage.digest).sorted().flatMap { digest in
      try queries.artifacts(of: digest).map { artifact in
        let graph = try queries.lineage(of: .content(digest), [.down])
        let isHere = { (node: LineageGraph.Node) in node.id == digest.text }
        let downstream = graph.nodes.compactMap { node in
          if case .artifact = node, !isHere(node) { node.name } else { nil }
        }
        return DamageView.User(
          artifact: artifact, name: graph.nodes.first(where: isHere)?.name ?? "",
          remedy: try queries.remedy(for: digest, forced: true, in: store),
          downstream: Set(downstream).sorted())
      }
    }
  }
}
