import ArgumentParser
import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Show models side by side: loss, reward, KL, win rate, length, cost, samples.",
    discussion: """
      Each is a run, a stage ('align', 'RUN:align') or an output ('RUN:align.model'). Of a run, the model that its \
      evaluation is about is compared. --html writes one file with plots that needs no network and can be mailed.
      """)

  @Argument(help: "Two or more runs, stages or models; the first is what others are measured from.")
  var references: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Write an HTML page to this file.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Option(name: .long, parsing: .unconditional, help: "Show the answers to so many prompts; 3, on a page 12.")
  var samples: Int?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if references.count < 2 { throw ValidationError("two or more runs, stages or models are compared") }
    if references.count > 20 { throw ValidationError("at most 20 are compared, got \(references.count)") }
    if let samples, samples < 0 { throw ValidationError("--samples must not be negative, got \(samples)") }
  }

  func run() throws {
    let (reader, layout) = try store.reader()
    let objects = ObjectStore(layout)
    let comparison = try reader.read { try ModelComparison(references, $0, objects) }
    if let html { try write(comparison, to: URL(fileURLWithPath: html)) }
    output.write(
      json: comparison.json(samples: samples ?? 3),
      text: { style in
        comparison.text(samples: samples ?? 3, width: min(110, StandardStream.output.width), style)
          + (html.map { "\npage written to \($0)\n" } ?? "")
      })
  }

  /// Writes the page whole or not at all in the place of a file, whatever link leads to it; into a device or a pipe;
  /// never in the place of a directory.
  private func write(_ comparison: ModelComparison, to url: URL) throws {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory), isDirectory.boolValue {
      throw Diagnostic(
        .destinationExists, "'\(url.path)' is a directory",
        hint: "name a file, such as \(url.path)/compare.html")
    }
    do {
      let page = ComparisonPage(comparison, samples: samples ?? 12).text
      let type = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)[.type]
      let isReplaceable = type == nil ? !isLink(url) : type as? FileAttributeType == .typeRegular
      try Data(page.utf8).write(
        to: isReplaceable ? url.resolvingSymlinksInPath() : url, options: isReplaceable ? .atomic : [])
    } catch {
      throw Diagnostic(
        .fileFailure, "'\(url.path)' cannot be written: \(error.localizedDescription)",
        hint: "name a file in a directory that exists")
    }
  }

  private func isLink(_ url: URL) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: url.path)) != nil
  }
}
