import Foundation
import JSONText
import Testing

/// A directory with a tiny pipeline, its data and its store; removed at the end.
final class Project {
  let directory: URL
  private var isKept = false

  /// The pipeline and its data; nothing was run.
  convenience init() throws {
    try self.init(empty: ())
    try write(TinyPipeline.manifest, to: "pipeline.yaml")
    try write(TinyPipeline.corpus, to: "corpus.txt")
    try write(TinyPipeline.demonstrations, to: "demos.jsonl")
    try write(TinyPipeline.rankings, to: "ranked.jsonl")
    try write(TinyPipeline.prompts, to: "prompts.jsonl")
  }

  private init(empty: Void) throws {
    let name = "plumb-e2e-\(UUID().uuidString)"
    directory = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().appendingPathComponent(name)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { if !isKept { try? FileManager.default.removeItem(at: directory) } }

  /// Leaves the directory behind for a look at what went wrong.
  func keep() { isKept = true }

  /// The pipeline after one run that finished; each caller has a copy of its own.
  static func finished() throws -> Project {
    let project = try Project(empty: ())
    let original = try finishedOnce.get()
    for name in try FileManager.default.contentsOfDirectory(atPath: original.directory.path) {
      try FileManager.default.copyItem(at: original.path(name), to: project.path(name))
    }
    return project
  }

  private static let finishedOnce = SharedProject {
    let project = try Project()
    let result = try project.plumb("run", "pipeline.yaml", "--quiet")
    try #require(result.status == 0, "\(result.errors)")
    return project
  }

  // MARK: Files

  func path(_ name: String) -> URL { directory.appendingPathComponent(name) }
  var store: URL { path(".plumb") }

  func write(_ text: String, to name: String) throws {
    try FileManager.default.createDirectory(
      at: path(name).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: path(name))
  }

  func read(_ name: String) throws -> String { try String(contentsOf: path(name), encoding: .utf8) }

  /// Puts one text in the place of another, which must occur.
  func replace(_ old: String, with new: String, in name: String = "pipeline.yaml") throws {
    let text = try read(name)
    try #require(text.contains(old), "'\(old)' is not in \(name)")
    try write(text.replacing(old, with: new, maxReplacements: 1), to: name)
  }

  func append(_ text: String, to name: String = "pipeline.yaml") throws {
    try write(try read(name) + text, to: name)
  }

  // MARK: Commands

  @discardableResult
  func plumb(_ arguments: String...) throws -> Plumb.Result { try Plumb.run(arguments, in: directory) }

  /// Runs a command that is expected to succeed, with `--json`.
  func json(_ arguments: String..., status: Int32 = 0, at location: SourceLocation = #_sourceLocation) throws
    -> JSON
  {
    let result = try Plumb.run(arguments + ["--json"], in: directory)
    try #require(result.status == status, "\(result.output)\(result.errors)", sourceLocation: location)
    return try result.json()
  }

  func start(_ arguments: String...) throws -> RunningCommand { try Plumb.start(arguments, in: directory) }

  /// `plumb run pipeline.yaml` with more arguments.
  func run(_ more: String..., status: Int32 = 0, at location: SourceLocation = #_sourceLocation) throws
    -> RunReport
  {
    let result = try Plumb.run(["run", "pipeline.yaml", "--json"] + more, in: directory)
    try #require(result.status == status, "\(result.output)\(result.errors)", sourceLocation: location)
    return try RunReport(result)
  }

  /// `plumb plan pipeline.yaml` with more arguments.
  func plan(_ more: String...) throws -> PlanReport {
    try PlanReport(Plumb.run(["plan", "pipeline.yaml", "--json"] + more, in: directory))
  }

  /// Whether `store verify` finds nothing wrong.
  func isStoreIntact() throws -> Bool { try plumb("store", "verify").status == 0 }
}

/// A project that is made when it is first asked for, and kept to the end.
private final class SharedProject: @unchecked Sendable {
  // Guarded by `lock`.
  private var result: Result<Project, any Error>?
  private let lock = NSLock()
  private let make: @Sendable () throws -> Project

  init(_ make: @escaping @Sendable () throws -> Project) { self.make = make }

  func get() throws -> Project {
    try lock.withLock {
      if result == nil { result = Result { try make() } }
      return try result!.get()
    }
  }
}
