import ArgumentParser
import Artifacts
import Diagnostics
import JSONText
import Lineage

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say what two runs, stages or artifacts differ in.",
    discussion: """
      Of stages, settings, inputs and metrics; of artifacts, files, rows and weights. 'RUN:STAGE' and 'RUN:STAGE.PORT' \
      name those of an earlier run. Exits with 1 if there is a difference.
      """)

  @Argument(help: "The older run, stage or artifact.")
  var old: String

  @Argument(help: "The newer one, of the same sort.")
  var new: String

  @Flag(name: .long, help: "Show every tensor, row and answer that changed.")
  var all = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let (reader, layout) = try store.reader()
    let referents = try reader.read { (try $0.resolve(old), try $0.resolve(new)) }
    let difference: any Difference
    switch referents {
    case (.run(let a), .run(let b)): difference = try reader.read { try RunDifference(a, b, $0) }
    case (.execution(let a), .execution(let b)):
      difference = try reader.read { try ExecutionDifference(a, b, $0) }
    case (.artifact(let a, _), .artifact(let b, _)):
      let collected = try reader.read { queries in
        try [(old, a), (new, b)].filter { try queries.isCollected($0.1.digest) }.map(\.0)
      }
      difference = try ArtifactDifference(
        a, b, names: (old, new), collected: collected, showsAll: all, ObjectStore(layout))
    default:
      throw Diagnostic(
        .ambiguousReference, "'\(old)' is \(referents.0.noun) and '\(new)' \(referents.1.noun)",
        hint: "compare two of a sort: two runs, two stages, or two artifacts such as sft.model")
    }
    output.write(json: difference.json, text: difference.text)
    if !difference.isEmpty { throw ExitStatus.failed.code }
  }
}

extension Referent {
  fileprivate var noun: String {
    switch self {
    case .run: "a run"
    case .execution: "a stage"
    case .artifact: "an artifact"
    }
  }
}
