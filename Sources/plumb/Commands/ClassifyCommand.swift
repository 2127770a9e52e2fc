import ArgumentParser
import Compute
import Diagnostics
import Foundation
import JSONText
import LanguageModels
import Tokenization

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Show the labels that a classifier gives texts, with their probabilities.",
    discussion:
      "MODEL is a Hugging Face directory, or an artifact such as 'classify.model' or a prefix of its id."
  )

  @Argument(help: "A classifier's directory or an artifact.")
  var model: String

  @Option(name: .long, parsing: .unconditional, help: "The text to classify.")
  var text: String?

  @Option(name: .long, help: "A file with a text on each line; '-' is standard input.", completion: .file())
  var file: String?

  @Option(name: .long, help: "Labels shown for a text, the likeliest first.")
  var top = 3

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if [text, file].compactMap({ $0 }).count != 1 { throw ValidationError("give one of --text and --file") }
    if top < 1 { throw ValidationError("--top must be at least 1") }
  }

  func run() throws {
    let texts = try readTexts()
    try ModelLocator(store: store, accepts: [.classifier]).withModel(model) { path, name in
      let head = try LanguageModel.Head.classifier(in: path, displayName: name)
      let model = try LanguageModel.load(directory: path, head: head, displayName: name)
      let ids = try texts.map { try tokenize($0, model) }
      let answers = try model.labelLogProbabilities(ids, workspace: threads.makeWorkspace())
      guard answers.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
        throw Diagnostic(
          .brokenModel, "the model's probabilities are not finite: its weights hold infinities or no numbers",
          at: SourceLocation(file: name))
      }
      report(zip(texts, answers).map { (text: $0, labels: ranked($1, head.labels)) })
    }
  }

  private struct Line {
    let text: String
    let number: Int
  }

  private func readTexts() throws -> [Line] {
    if let text { return [Line(text: text, number: 1)] }
    let all = try TextInput(file).read()
    return all.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { Line(text: String($1), number: $0 + 1) }
      .filter { !$0.text.allSatisfy(\.isWhitespace) }
  }

  private func tokenize(_ line: Line, _ model: LanguageModel) throws -> [Int32] {
    let ids = model.tokenizer.encode(line.text)
    let room = model.architecture.maximumPositions
    guard !ids.isEmpty, ids.count <= room else {
      throw Diagnostic(
        .badArgument, "the text has \(ids.count) tokens; the model takes 1 to \(room)",
        at: file.map { SourceLocation(file: $0, line: line.number) },
        hint: "give a \(ids.isEmpty ? "longer" : "shorter") text")
    }
    return ids
  }

  /// Labels with their probabilities, the likeliest first.
  private func ranked(_ logProbabilities: [Double], _ labels: [String]) -> [(
    label: String, probability: Double
  )] {
    zip(labels, logProbabilities).enumerated()
      .sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
      .map { ($0.element.0, exp($0.element.1)) }
  }

  private func report(_ results: [(text: Line, labels: [(label: String, probability: Double)])]) {
    output.write(
      json: [
        "schema": "plumb.classify/1",
        "results": .array(
          results.map { result in
            [
              "text": .string(result.text.text), "label": JSON(result.labels.first?.label),
              "probabilities": .object(
                result.labels.map { JSON.Member($0.label, .number($0.probability)) }),
            ]
          }),
      ],
      text: { style in
        results.map { result in
          let shown = result.labels.prefix(top)
          if text != nil {
            var table = TextTable([("", .right), ("", .left)])
            for entry in shown { table.add([Self.percent(entry.probability), entry.label]) }
            return table.render(style)
          }
          let labels = shown.map { "\($0.label) \(Self.percent($0.probability))" }.joined(separator: ", ")
          return "\(labels)\t\(result.text.text)\n"
        }.joined()
      })
  }

  private static func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }
}
