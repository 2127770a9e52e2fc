import Compute
import Foundation
import LanguageModels

/// How fast sequences are continued, each by its likeliest token.
struct DecodingMeasurement {
  /// Seconds until every sequence had its first token.
  let prefill: Double
  /// Seconds for one more token of every sequence, ascending.
  let seconds: [Double]
  let sequences: Int
  /// Bytes of the weights, but for an embedding table that is only looked up.
  let weightBytes: Int

  /// Tokens of a prompt.
  static let promptLength = 16

  /// - Parameters:
  ///   - sequences: that are continued together, at least one.
  ///   - length: tokens to add to each, at least two; prompt and answer must fit the model.
  init(_ model: LanguageModel, _ workspace: Workspace, sequences: Int, length: Int) {
    self.sequences = sequences
    let random = CounterRandom(seed: 0, purpose: .sampling)
    let prompts = (0..<sequences).map { sequence in
      (0..<Self.promptLength).map { index in
        Int32(
          random.integer(
            below: model.architecture.vocabularySize, stream: UInt64(sequence), index: UInt64(index)))
      }
    }
    let clock = ContinuousClock()
    let start = clock.now
    var marks: [Double] = []
    _ = model.generate(
      prompts, options: GenerationOptions(maximumTokens: length, temperature: 0), workspace: workspace,
      slots: sequences
    ) { prompt, _ in
      if prompt == sequences - 1 { marks.append((clock.now - start) / .seconds(1)) }
      return true
    }
    prefill = marks.first ?? 0
    seconds = zip(marks.dropFirst(), marks).map { $0 - $1 }.sorted()
    let table = model.architecture.tiesWordEmbeddings ? 0 : model.vocabularyWeight.count
    weightBytes = (model.parameterCount - table) * MemoryLayout<Float>.stride
  }

  var median: Double { seconds[seconds.count / 2] }

  var tokensPerSecond: Double { Double(sequences) / median }

  /// Bytes of weights read in a second.
  var readRate: Double { Double(weightBytes) / median }
}
