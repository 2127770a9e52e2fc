import ArgumentParser
import Compute
import Diagnostics
import Execution
import Foundation
import JSONText
import LanguageModels
import Tokenization

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Continue a prompt with a model, streaming the text.",
    discussion: "MODEL is a Hugging Face directory, or an artifact such as 'sft.model' or a prefix of its id."
  )

  @Argument(help: "A model directory or an artifact.")
  var model: String

  @Option(name: .long, parsing: .unconditional, help: "The text to continue.")
  var prompt: String

  @Flag(name: .long, help: "Give the prompt as a user's message, through the model's chat template.")
  var chat = false

  @Option(name: .long, parsing: .unconditional, help: "Most tokens to add.")
  var maxTokens = 128

  @Option(name: .long, parsing: .unconditional, help: "Divides the logits; 0 takes the likeliest token.")
  var temperature = 0.7

  @Option(name: .long, parsing: .unconditional, help: "Keep only the likeliest tokens; 0 keeps all.")
  var topK = 0

  @Option(name: .long, parsing: .unconditional, help: "Keep the likeliest tokens up to this probability.")
  var topP = 1.0

  @Option(name: .long, parsing: .unconditional, help: "Seed of the random numbers.")
  var seed: UInt64 = 0

  @Option(
    name: .long, parsing: .unconditionalSingleValue, help: "End before this text appears; may be repeated.")
  var stop: [String] = []

  @Flag(name: .long, help: "Report the log-probability of each token.")
  var logprobs = false

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1") }
    if !temperature.isFinite || temperature < 0 || (temperature > 0 && temperature < 0.01) {
      throw ValidationError("--temperature must be 0, for the likeliest token, or at least 0.01")
    }
    if temperature == 0, topK > 0 || topP < 1 {
      throw ValidationError("--top-k and --top-p have no effect with --temperature 0")
    }
    if topK < 0 { throw ValidationError("--top-k must be 0 or more") }
    if !(topP > 0 && topP <= 1) { throw ValidationError("--top-p must be above 0 and at most 1") }
    if stop.contains("") { throw ValidationError("--stop must not be empty") }
  }

  func run() throws {
    try ModelLocator(store: store, accepts: [.model]).withModel(model) { path, name in
      let model = try LanguageModel.load(directory: path, head: .vocabulary, displayName: name)
      let ids = try promptIDs(model, name)
      let footprint = try ModelFootprint(directory: path, displayName: name)
      let length = min(ids.count + min(maxTokens, footprint.maximumPositions), footprint.maximumPositions)
      let (cache, pass) = footprint.generation(slots: 1, prompts: ids.count, length: length)
      try MachineResources.current.check(
        cache + pass, beside: footprint.weights, for: "\(length) tokens beside the model",
        hint: "lower --max-tokens")
      var stream = TextStream(decoder: model.tokenizer.streamingDecoder(), stops: stop)
      let result = try model.generate(
        [ids],
        options: GenerationOptions(
          maximumTokens: maxTokens, temperature: temperature, topK: topK, topP: topP, seed: seed,
          endIDs: model.endIDs),
        workspace: threads.makeWorkspace()
      ) { _, token in
        if !model.endIDs.contains(token) { emit(stream.append(token)) }
        return !stream.isStopped && StandardStream.outputFailure == nil
      }
      emit(stream.finish())
      guard result[0].logProbabilities.allSatisfy(\.isFinite) else {
        throw Diagnostic(
          .brokenModel, "the model's probabilities are not finite: its weights hold infinities or no numbers",
          at: SourceLocation(file: name))
      }
      report(result[0], stream, model.tokenizer)
    }
  }

  private func promptIDs(_ model: LanguageModel, _ name: String) throws -> [Int32] {
    var ids: [Int32]
    if chat {
      guard let template = model.tokenizer.chatTemplate else {
        throw Diagnostic(.badArgument, "'\(name)' declares no chat template", hint: "leave out --chat")
      }
      let segments = try template.render(
        [ChatMessage(role: "user", content: prompt)], addGenerationPrompt: true)
      ids = model.tokenizer.encode(segments.map(\.text).joined(), addSpecialTokens: false)
    } else {
      ids = model.tokenizer.encode(prompt)
    }
    if ids.isEmpty, let begin = model.tokenizer.specialTokens.bos ?? model.tokenizer.specialTokens.eos {
      ids = [begin.id]
    }
    let room = model.architecture.maximumPositions
    guard !ids.isEmpty, ids.count < room else {
      throw Diagnostic(
        .badArgument, "the prompt has \(ids.count) tokens; the model takes 1 to \(room - 1)",
        hint: "give a \(ids.isEmpty ? "longer" : "shorter") prompt")
    }
    return ids
  }

  private func emit(_ text: String) {
    if !output.json, !text.isEmpty { StandardStream.output.write(text) }
  }

  private func report(_ result: Generation, _ stream: TextStream, _ tokenizer: Tokenizer) {
    let reason = stream.isStopped ? Generation.FinishReason.stop : result.finishReason
    if output.json {
      let json: JSON = [
        "schema": "plumb.generate/1", "text": .string(stream.text),
        "tokens": .array(result.ids.map { .integer(Int($0)) }),
        "logprobs": logprobs ? .array(result.logProbabilities.map { .number(Double($0)) }) : .null,
        "finish_reason": .string(reason.rawValue),
      ]
      return StandardStream.output.writeLine(json.compact)
    }
    StandardStream.output.writeLine()
    if logprobs {
      for (id, value) in zip(result.ids, result.logProbabilities) {
        StandardStream.error.writeLine("\(value)\t\(id)\t\(tokenizer.piece(id) ?? "")")
      }
    }
  }
}
