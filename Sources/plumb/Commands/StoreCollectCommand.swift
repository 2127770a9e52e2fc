import ArgumentParser
import Artifacts
import Diagnostics
import Execution
import JSONText
import Pipeline

struct StoreCollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Free the space of artifacts that nothing keeps.",
    discussion: """
      Kept are the artifacts of live runs, of the newest runs of each pipeline, what is pinned, and what is tagged \
      with all it was made from. What goes lies in the trash for a while, from which a run takes back what it needs; \
      lineage and metrics stay for good.
      """)

  @Flag(name: .long, help: "Print what would go, and why, without touching anything.")
  var plan = false

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Keep this many of each pipeline's newest runs that succeeded, and what failed since.", valueName: "n"))
  var keepRuns = 10

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Let go of runs older than this; the newest of a pipeline stays.", valueName: "days"))
  var maxAge: Double?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Let go of older runs until the store fits, such as 20GB.", valueName: "size"))
  var maxSize: ByteCount?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Delete for good what went into the trash this long ago; 0: everything.", valueName: "days"))
  var grace = 7.0

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if keepRuns < 1 { throw ValidationError("--keep-runs must be at least 1, got \(keepRuns)") }
    if !(grace >= 0) { throw ValidationError("--grace must not be negative, got \(grace)") }
    if let maxAge, !(maxAge >= 0) { throw ValidationError("--max-age must not be negative, got \(maxAge)") }
  }

  func run() throws {
    let layout = try store.existingLayout()
    let collector = GarbageCollector(
      layout,
      policy: RetentionPolicy(
        runsPerPipeline: keepRuns, maximumAge: maxAge.map { $0 * 86_400 }, maximumBytes: maxSize?.bytes))
    let objects = ObjectStore(layout)
    if plan {
      let view = CollectionView(
        plan: try collector.plan(), isPlan: true, leftovers: try objects.leftovers(), deleted: nil,
        trash: try objects.trashContents())
      return output.write(json: view.json, text: view.text)
    }
    let done = try collector.collect(onWait: {
      StandardStream.error.writeLine("Waiting for a run that is storing its outputs ...")
    })
    let leftovers = try objects.removeAbandoned()
    let deleted = try objects.emptyTrash(grace: grace * 86_400)
    let view = CollectionView(
      plan: done, isPlan: false, leftovers: leftovers, deleted: deleted, trash: try objects.trashContents())
    output.write(json: view.json, text: view.text)
  }
}
