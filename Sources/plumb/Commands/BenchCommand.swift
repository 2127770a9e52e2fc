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
    abstract: "Measure a training step of a model on this machine.",
    discussion: """
      Trains on made-up tokens and changes no file. The bound is the floating-point work of the step at the rate that \
      its matrix products reach alone, in this process, on the same shapes.
      """)

  @Argument(help: "A model directory or an artifact.")
  var model: String

  @Option(name: .long, help: "Sequences of a step.")
  var sequences = 8

  @Option(name: .long, help: "Tokens of a sequence.")
  var length = 128

  @Option(name: .long, help: "Steps that are timed.")
  var steps = 10

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !(1...4096).contains(sequences) { throw ValidationError("--sequences must be 1 to 4096") }
    if length < 2 { throw ValidationError("--length must be at least 2") }
    if !(1...100_000).contains(steps) { throw ValidationError("--steps must be 1 to 100000") }
  }

  func run() throws {
    try ModelLocator(store: store, accepts: [.model]).withModel(model) { path, name in
      let footprint = try ModelFootprint(directory: path, displayName: name)
      guard length <= footprint.maximumPositions else {
        throw Diagnostic(
          .badArgument, "--length is \(length); the model has \(footprint.maximumPositions) positions",
          hint: "give --length \(footprint.maximumPositions) or less")
      }
      let needed = 4 * footprint.weights + footprint.training(tokens: sequences * length)
      let memory = MachineResources.current.memory
      guard needed <= memory else {
        throw Diagnostic(
          .badArgument,
          "a step of \(sequences) × \(length) tokens takes some \(Figures.bytes(Int64(needed))), and the machine has "
            + Figures.bytes(Int64(memory)),
          hint: "lower --sequences or --length")
      }
      let model = try LanguageModel.load(directory: path, head: .vocabulary, displayName: name)
      let workspace = threads.makeWorkspace()
      let measurement = StepMeasurement(
        TrainingStep(model, workspace, sequences: sequences, length: length), workspace, steps: steps)
      let view = BenchmarkView(
        measurement: measurement, parameters: model.parameterCount, sequences: sequences, length: length,
        threads: workspace.team.count)
      output.write(json: view.json, text: view.text)
    }
  }
}
