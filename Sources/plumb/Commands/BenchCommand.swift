import ArgumentParser
import Compute
import Diagnostics
import Execution
import Foundation
import JSONText
import LanguageModels

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure a training step of a model, or its decoding, on this machine.",
    discussion: """
      Trains on made-up tokens, or continues them, and changes no file. The bound is the floating-point work of the \
      step at the rate that its matrix products reach alone, in this process, on the same shapes.
      """)

  @Argument(help: "A model directory or an artifact.")
  var model: String

  @Flag(name: .long, help: "Continue sequences, each by its likeliest tokens, instead of training.")
  var decode = false

  @Option(name: .long, help: "Sequences of a step.")
  var sequences = 8

  @Option(name: .long, help: "Tokens of a sequence; with --decode, tokens that are added to it.")
  var length = 128

  @Option(name: .long, help: "Training steps that are timed; 10 if not given.")
  var steps: Int?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !(1...4096).contains(sequences) { throw ValidationError("--sequences must be 1 to 4096") }
    if !(2...1_000_000).contains(length) { throw ValidationError("--length must be 2 to 1000000") }
    if let steps {
      if decode { throw ValidationError("--steps has no effect with --decode, which times every token") }
      if !(1...100_000).contains(steps) { throw ValidationError("--steps must be 1 to 100000") }
    }
  }

  func run() throws {
    try ModelLocator(store: store, accepts: [.model]).withModel(model) { path, name in
      let footprint = try ModelFootprint(directory: path, displayName: name)
      let positions = decode ? DecodingMeasurement.promptLength + length : length
      guard positions <= footprint.maximumPositions else {
        let room = footprint.maximumPositions - positions + length
        throw Diagnostic(
          .badArgument,
          "--length \(length) takes \(positions) positions; the model has \(footprint.maximumPositions)",
          hint: room >= 2 ? "give --length \(room) or less" : nil)
      }
      try check(footprint, positions: positions)
      let model = try LanguageModel.load(directory: path, head: .vocabulary, displayName: name)
      let workspace = try threads.makeWorkspace()
      if decode {
        let view = DecodingView(
          measurement: DecodingMeasurement(model, workspace, sequences: sequences, length: length),
          threads: workspace.team.count)
        return output.write(json: view.json, text: view.text)
      }
      let measurement = StepMeasurement(
        TrainingStep(model, workspace, sequences: sequences, length: length), workspace, steps: steps ?? 10)
      let view = BenchmarkView(
        measurement: measurement, parameters: model.parameterCount, sequences: sequences, length: length,
        threads: workspace.team.count)
      output.write(json: view.json, text: view.text)
    }
  }

  private func check(_ footprint: ModelFootprint, positions: Int) throws {
    let needed: Int
    if decode {
      let (cache, pass) = footprint.generation(
        slots: sequences, prompts: sequences * DecodingMeasurement.promptLength, length: positions)
      needed = footprint.weights + cache + pass
    } else {
      // Weights, gradients, two moments, and operands of the products that are timed alone.
      needed = 5 * footprint.weights + footprint.training(tokens: sequences * length)
    }
    try MachineResources.current.check(
      needed, for: "\(sequences) × \(length) tokens", hint: "lower --sequences or --length")
  }
}
