import ArgumentParser
import Artifacts
import JSONText
import Lineage

struct StoreVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Hash every object again; name what is damaged or missing, and what depends on it.",
    discussion: "Changes nothing. Exits with 7 if there is damage.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let layout = try store.existingLayout()
    let reader = try LineageReader.open(layout)
    let expected = try reader?.read { try $0.presentObjects() } ?? []
    let progress = ProgressLine(label: "verifying")
    let result = try ObjectStore(layout).verify(expecting: expected.map(\.digest)) { done, total in
      progress.update(done: done, total: total, unit: "objects")
    }
    progress.clear()
    let damage = try result.damage.map { damage in
      DamageView(damage, users: try reader?.read { try users(of: damage, result, $0) } ?? [])
    }
    output.write(
      json: [
        "schema": "plumb.verify/1", "objects": .integer(result.objects), "bytes": .integer(Int(result.bytes)),
        "damaged": .array(damage.map(\.json)),
      ],
      text: { style in
        let count = "\(result.objects) objects, \(Figures.bytes(result.bytes))"
        guard !damage.isEmpty else { return "\(style.state("intact")): \(count)\n" }
        return damage.map { $0.text(style) }.joined()
          + "\(style.error("\(damage.count) damaged")) of \(count)\n"
      })
    if !damage.isEmpty { throw ExitStatus.damaged.code }
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
          remedy: try remedy(for: digest, queries),
          downstream: Set(downstream).sorted())
      }
    }
  }

  /// The command that makes an artifact again, as its newest producer was run; for a source, its file.
  private func remedy(for digest: Digest, _ queries: LineageQueries) throws -> String? {
    guard let producer = try queries.producers(of: digest).last else {
      return try queries.sources(of: digest).last.map { source in
        "a stage that reads it takes it from \(source.path) again"
      }
    }
    let execution = try queries.execution(producer.execution)
    let run = try queries.run(execution.run)
    var words = ["plumb", "run", run.summary.manifestPath, execution.stage, "--force", execution.stage]
    if let directory = store.store { words += ["--store", directory] }
    for (option, values) in [("--set", run.parameters), ("--choose", run.choices)] {
      words += (values.members ?? []).flatMap { [option, "\($0.key)=\($0.value.scalarText)"] }
    }
    return words.map(\.shellQuoted).joined(separator: " ")
  }
}
