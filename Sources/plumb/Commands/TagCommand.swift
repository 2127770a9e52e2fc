import ArgumentParser
import Diagnostics
import Execution
import Foundation
import JSONText
import Lineage
import Pipeline

struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Give an artifact a name, such as 'prod', or move the name to another one.",
    discussion: """
      'plumb tag align.model prod': a tag can be used wherever an artifact is named, keeps the artifact and what it \
      was made from, and has a history: see 'plumb tags NAME'. A protected tag is moved by 'plumb promote' only.
      """)

  @Argument(
    help: ArgumentHelp(
      "An output ('align.model'), a source ('sources.demos'), or a prefix of a digest; and the tag.",
      discussion: "The tag alone for --delete, --protect and --unprotect: letters, digits, '-', '_' and '/'.",
      valueName: "artifact> <tag"))
  var words: [String]

  @Flag(name: .long, help: "Take the name away; its history stays.")
  var delete = false

  @Flag(name: .long, help: "Let only promotions move the tag, which need not mean anything yet.")
  var protect = false

  @Flag(name: .long, help: "Let the tag be moved freely again.")
  var unprotect = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --protect: what every promotion must show, such as 'win_rate_vs_sft > 0.6'; may be repeated.",
      discussion: "In the place of what the tag required before; without it, that stays.",
      valueName: "condition"))
  var require: [String] = []

  @Flag(name: .long, help: "Move or delete the tag even if it is protected.")
  var force = false

  @Option(name: .long, help: "Why, to be read in the history.")
  var note = ""

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  /// Who is written down as having moved a tag: the user's name, or number where it has none.
  static var author: String {
    if let name = ProcessInfo.processInfo.environment["USER"], !name.isEmpty { return name }
    return getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "user \(getuid())"
  }

  private var takesNameAlone: Bool { delete || protect || unprotect }

  func validate() throws {
    if [delete, protect, unprotect].count(where: { $0 }) > 1 {
      throw ValidationError("--delete, --protect and --unprotect exclude each other")
    }
    if !require.isEmpty, !protect { throw ValidationError("--require needs --protect") }
    if takesNameAlone, words.count != 1 {
      throw ValidationError("--delete, --protect and --unprotect take the name of the tag alone")
    }
    if !takesNameAlone, words.count != 2 {
      throw ValidationError("name an artifact and the tag that is to mean it: plumb tag ARTIFACT TAG")
    }
    if force, protect || unprotect { throw ValidationError("--force is for moving or deleting a tag") }
  }

  func run() throws {
    let (artifact, name) = try meaning()
    let database = try LineageDatabase(store.existingLayout())
    if protect || unprotect { return try change(name, database) }
    let before = try database.read { try $0.tag(name)?.artifact }
    guard let artifact else {
      try database.untag(name, note: note, author: Self.author, manner: force ? .forced : .moved)
      return write(name, before: before, after: nil, label: nil)
    }
    let found = try database.read { try $0.resolveArtifact(artifact) }
    try database.tag(
      found.artifact, as: name, label: found.label ?? artifact, note: note, author: Self.author,
      manner: force ? .forced : .moved)
    write(name, before: before, after: found.artifact, label: found.label ?? artifact)
  }

  /// The artifact and the tag. Where only one word can be a tag, the order does not matter.
  private func meaning() throws -> (artifact: String?, name: TagName) {
    guard words.count == 2 else { return (nil, try TagName(words[0])) }
    do { return (words[0], try TagName(words[1])) } catch let problem as Diagnostic {
      guard let name = try? TagName(words[0]) else { throw problem }
      return (words[1], name)
    }
  }

  private func change(_ name: TagName, _ database: LineageDatabase) throws {
    guard protect else {
      try database.unprotect(name, note: note, author: Self.author)
      return write(name, requirements: [], dropped: [], unknown: [])
    }
    let requirements = try require.map { try Requirement(parsing: $0) }
    let known = try database.read { queries in
      try check(requirements, of: name, queries)
      return try queries.reportedMetrics()
    }
    let (before, now) = try database.protect(
      name, requirements: require.isEmpty ? nil : requirements.map(\.description), note: note,
      author: Self.author)
    let dropped = (before?.requirements ?? []).filter { !now.requirements.contains($0) }
    // Reports to come may have other metrics than those that are known.
    let unknown = requirements.map(\.metric).filter { metric in
      !known.isEmpty && !known.contains { $0 == metric || $0.hasSuffix(".\(metric)") }
    }
    write(
      name, requirements: now.requirements, dropped: dropped,
      unknown: unknown.map { metric in
        let names = known + known.compactMap { $0.split(separator: ".", maxSplits: 1).last.map(String.init) }
        return (metric, nearestName(to: metric, among: names))
      })
  }

  /// - Throws: `DiagnosticList` if no report of what the tag means has a metric that is required.
  private func check(_ requirements: [Requirement], of name: TagName, _ queries: LineageQueries) throws {
    guard let artifact = try queries.tag(name)?.artifact else { return }
    let evaluations = try queries.evaluations(of: artifact.digest)
    let isKnown = evaluations.contains { (try? Promotion(of: name.text, requirements, by: $0)) != nil }
    guard !isKnown, let newest = evaluations.first else { return }
    _ = try Promotion(of: name.text, requirements, by: newest)
  }

  /// - Parameter unknown: metrics that are in no report so far, with the nearest that is.
  private func write(
    _ name: TagName, requirements: [String], dropped: [String], unknown: [(metric: String, near: String?)]
  ) {
    output.write(
      json: [
        "schema": "plumb.protection/1", "name": .string(name.text), "protected": .bool(protect),
        "requirements": .array(requirements.map(JSON.string)), "dropped": .array(dropped.map(JSON.string)),
        "unknown": .array(unknown.map { ["metric": .string($0.metric), "near": JSON($0.near)] }),
      ],
      text: { style in
        guard protect else { return "\(style.bold(name.text)) is no longer protected\n" }
        let conditions = requirements.isEmpty ? "" : " that show \(requirements.joined(separator: ", "))"
        return "\(style.bold(name.text)) is protected: only promotions\(conditions) move it\n"
          + dropped.map { "\(style.yellow("no longer required")): \($0)\n" }.joined()
          + unknown.map { metric, near in
            "\(style.yellow("unknown")): no report here has \(metric)"
              + (near.map { "; did you mean '\($0)'?\n" } ?? "\n")
          }.joined()
      })
  }

  private func write(_ name: TagName, before: Artifact?, after: Artifact?, label: String?) {
    output.write(
      json: [
        "schema": "plumb.tag/1", "name": .string(name.text), "old": JSON(before?.digest.text),
        "new": JSON(after?.digest.text), "label": JSON(label),
      ],
      text: { style in
        let was = before.map { style.dim(" (was \($0.digest.short))") } ?? ""
        guard let after else { return "\(style.bold(name.text)) taken away\(was)\n" }
        if before == after { return "\(style.bold(name.text)) means \(after.digest.short) already\n" }
        return
          "\(style.bold(name.text)) → \(label.map { "\($0) " } ?? "")\(after.type) \(after.digest.short)\(was)\n"
      })
  }
}
