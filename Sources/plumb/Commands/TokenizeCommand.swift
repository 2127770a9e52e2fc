import ArgumentParser
import Diagnostics
import Foundation
import JSONText
import Tokenization

struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Show the token ids and pieces of a text, or the text of ids.",
    discussion: "MODEL is a directory, a tokenizer.json, or an artifact such as 'tokenizer.tokenizer'.")

  @Argument(help: "A model or tokenizer directory, a tokenizer.json, or an artifact.")
  var model: String

  @Option(name: .long, parsing: .unconditional, help: "The text to encode.")
  var text: String?

  @Option(name: .long, help: "A file with the text to encode; '-' is standard input.", completion: .file())
  var file: String?

  @Option(name: .long, parsing: .unconditional, help: "Ids to decode, separated by commas or spaces.")
  var decode: String?

  @Flag(name: .long, help: "Leave out the tokens that the tokenizer puts around a text.")
  var noSpecial = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if [text, file, decode].compactMap({ $0 }).count != 1 {
      throw ValidationError("give one of --text, --file and --decode")
    }
  }

  func run() throws {
    let locator = ModelLocator(store: store, accepts: [.tokenizer, .model, .rewardModel, .classifier])
    let tokenizer = try locator.withModel(model) { path, _ in
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path.path, isDirectory: &isDirectory)
      return isDirectory.boolValue
        ? try Tokenizer.load(directory: path) : try Tokenizer.load(tokenizerFile: path)
    }
    let ids =
      try decode.map { try parse($0, tokenizer) }
      ?? tokenizer.encode(try text ?? TextInput(file).read(), addSpecialTokens: !noSpecial)
    let pieces = ids.map { tokenizer.piece($0) }
    if decode != nil, let unknown = zip(ids, pieces).first(where: { $1 == nil })?.0 {
      throw Diagnostic(
        .badArgument, "\(unknown) is no token; the vocabulary has \(tokenizer.vocabularySize)")
    }
    output.write(
      json: [
        "schema": "plumb.tokenize/1", "ids": .array(ids.map { .integer(Int($0)) }),
        "pieces": .array(pieces.map { JSON($0) }), "text": .string(tokenizer.decode(ids)),
      ],
      text: { _ in
        decode == nil
          ? zip(ids, pieces).map { "\($0)\t\($1 ?? "")\n" }.joined() : tokenizer.decode(ids) + "\n"
      })
  }

  private func parse(_ text: String, _ tokenizer: Tokenizer) throws -> [Int32] {
    try text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map { word in
      guard let id = Int32(word), id >= 0 else {
        throw Diagnostic(.badArgument, "'\(word)' is no token id", hint: "--decode 1,2,3")
      }
      guard tokenizer.piece(id) != nil else {
        throw Diagnostic(
          .badArgument, "the tokenizer has no token \(id): its ids are below \(tokenizer.vocabularySize)")
      }
      return id
    }
  }
}
