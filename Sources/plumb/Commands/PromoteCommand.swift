import ArgumentParser
import Artifacts
import Diagnostics
import Execution
import Foundation
import JSONText
import Lineage
import Pipeline

struct PromoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote", abstract: "Move a tag to an artifact whose evaluation meets requirements.",
    discussion: """
      The figures are those of the newest report that was made with the artifact, or of the one that --report names. \
      Required is what --require says, and what the tag was protected with. The tag's history keeps the figures. \
      Exits with 4 if a requirement does not hold.
      """)

  @Argument(help: "An output ('align.model'), a tag ('candidate'), or a prefix of a digest.")
  var artifact: String

  @Argument(help: "The tag to move, such as 'prod'.")
  var tag: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A bound on a metric, such as 'aligned.win_rate_vs_sft > 0.6' or 'loss < 2'; may be repeated.",
      valueName: "condition"))
  var require: [String] = []

  @Option(name: .long, help: "The report to go by, such as 'report.report'.")
  var report: String?

  @Option(name: .long, help: "Why, to be read in the history.")
  var note = ""

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try TagName(tag)
    let database = try LineageDatabase(store.existingLayout())
    let author = TagCommand.author
    let (found, before, promotion) = try database.read { queries in
      let found = try queries.resolveArtifact(artifact)
      return (found, try queries.tag(name)?.artifact, try judge(found.artifact, for: name, queries))
    }
    try promotion.check()
    try database.tag(
      found.artifact, as: name, label: found.label ?? artifact, note: note, author: author, manner: .promoted,
      evidence: promotion.evidence)
    write(promotion, name, before: before, after: found.artifact, label: found.label)
  }

  private func judge(_ artifact: Artifact, for name: TagName, _ queries: LineageQueries) throws -> Promotion {
    let stored = try (queries.protection(of: name)?.requirements ?? []).map { try Requirement(parsing: $0) }
    let asked = try require.map { try Requirement(parsing: $0) }.filter { !stored.contains($0) }
    guard !stored.isEmpty || !asked.isEmpty else {
      throw Diagnostic(
        .usage, "a promotion needs a requirement, and '\(name)' has none of its own",
        hint: "plumb promote \(self.artifact) \(name) --require 'METRIC > BOUND'; 'plumb tag' moves without")
    }
    let evaluation = try evaluation(of: artifact, queries)
    do { _ = try Promotion(of: self.artifact, stored, by: evaluation) } catch let problems as DiagnosticList {
      throw DiagnosticList(problems.diagnostics.map { Self.unmeetable($0, for: name) })
    }
    return try Promotion(of: self.artifact, stored + asked, by: evaluation)
  }

  /// What the tag requires is changed at the tag.
  private static func unmeetable(_ problem: Diagnostic, for name: TagName) -> Diagnostic {
    var problem = problem
    problem.hint =
      (problem.hint.map { "\($0); " } ?? "") + "the tag requires it: 'plumb tag \(name) --protect --require "
      + "\"METRIC > BOUND\"' says what it requires instead"
    return problem
  }

  private func evaluation(of artifact: Artifact, _ queries: LineageQueries) throws -> Evaluation {
    let evaluations = try queries.evaluations(of: artifact.digest)
    guard let text = report else {
      guard let newest = evaluations.first else {
        throw Diagnostic(
          .noEvaluation, "no report was made with \(self.artifact)",
          hint: "run a stage of kind evaluate that has it among its models")
      }
      return newest
    }
    let report = try queries.resolveArtifact(text).artifact
    guard let evaluation = evaluations.first(where: { $0.report.digest == report.digest }) else {
      throw Diagnostic(
        .noEvaluation, "'\(text)' is no report that was made with \(self.artifact)",
        hint: evaluations.first.map { "'\($0.stage)' made one: \($0.report.digest.short)" }
          ?? "run a stage of kind evaluate that has it among its models")
    }
    return evaluation
  }

  private func write(
    _ promotion: Promotion, _ name: TagName, before: Artifact?, after: Artifact, label: String?
  ) {
    output.write(
      json: [
        "schema": "plumb.promote/1", "name": .string(name.text), "old": JSON(before?.digest.text),
        "new": .string(after.digest.text), "label": .string(label ?? artifact),
        "report": .string(promotion.evaluation.report.digest.text),
        "execution": .string(promotion.evaluation.execution.text),
        "requirements": .array(
          promotion.verdicts.map {
            [
              "metric": .string($0.requirement.metric), "condition": .string($0.requirement.condition),
              "value": JSON($0.value), "passed": .bool($0.holds),
            ]
          }),
      ],
      text: { style in
        let was = before.flatMap { $0 == after ? nil : style.dim(" (was \($0.digest.short))") } ?? ""
        let head =
          "\(style.bold(name.text)) → \(label ?? artifact) \(after.type) \(after.digest.short)\(was)\n"
        return head
          + promotion.verdicts.map { verdict in
            "  \(verdict.requirement)  \(style.green("it is \(Figures.metric(verdict.value))"))\n"
          }.joined()
      })
  }
}

extension DiagnosticCode {
  static let noEvaluation = DiagnosticCode("E907", "no report was made with an artifact")
}
