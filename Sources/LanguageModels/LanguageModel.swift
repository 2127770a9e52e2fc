import Compute
import Diagnostics
import Foundation
import JSONText
import Tokenization

/// A transformer with its weights, its head, its tokenizer and its configuration.
public final class LanguageModel {
  /// What the model says of a sequence.
  public enum Head: Sendable, Hashable {
    /// A distribution over the next token.
    case vocabulary
    /// One number, from `score.weight` `[1, hidden]`: a reward or a value.
    case scalar
    /// A distribution over these classes, from `score.weight` `[labels, hidden]`.
    case labels([String])

    /// The classes that are told apart, by id; empty for a head that is no classifier's.
    public var labels: [String] { if case .labels(let names) = self { names } else { [] } }

    /// Rows of `score.weight`; nil for a head that has none.
    var scoreRows: Int? {
      switch self {
      case .vocabulary: nil
      case .scalar: 1
      case .labels(let names): names.count
      }
    }
  }

  public static let scoreName = "score.weight"

  public let architecture: any Architecture
  public let head: Head
  public let parameters: ParameterStore
  public private(set) var tokenizer: Tokenizer
  /// `config.json` as it was read or made, unknown keys included.
  public let configuration: JSON
  public let generation: GenerationConfiguration
  /// The adapter whose parameters, with a score if there is one, are the trained ones; nil for a plain model.
  public let adaptation: LowRankAdaptation?
  /// The files that the weights were read from, which are the base that an adapter belongs to.
  let weights: ModelWeights?
  /// Fills the weights of a model that is read by phase as they were loaded.
  var refill: (() throws -> Void)?

  init(
    architecture: any Architecture, head: Head, tokenizer: Tokenizer, configuration: JSON,
    generation: GenerationConfiguration, adaptation: LowRankAdaptation? = nil, weights: ModelWeights? = nil
  ) {
    self.architecture = architecture
    self.head = head
    self.tokenizer = tokenizer
    self.configuration = configuration
    self.generation = generation
    self.adaptation = adaptation
    self.weights = weights
    let specifications = Self.specifications(architecture, head)
    guard let adaptation else {
      parameters = ParameterStore(specifications)
      return
    }
    let frozen = specifications.prefix { $0.name != Self.scoreName }
    parameters = ParameterStore(
      specifications + adaptation.specifications(architecture), frozen: frozen.count)
    parameters.adapters = adaptation.adapters(in: parameters, layout: type(of: architecture).weightLayout)
  }

  static func specifications(_ architecture: any Architecture, _ head: Head) -> [ParameterSpecification] {
    let normal = ParameterSpecification.Initialization.normal(Float(architecture.initializerRange))
    if let rows = head.scoreRows {
      return architecture.parameters + [
        ParameterSpecification(scoreName, [rows, architecture.hiddenSize], normal)
      ]
    }
    if architecture.tiesWordEmbeddings { return architecture.parameters }
    return architecture.parameters + [
      ParameterSpecification(
        architecture.vocabularyHeadName, [architecture.vocabularySize, architecture.hiddenSize], normal)
    ]
  }

  public var parameterCount: Int { parameters.count }

  /// The matrix whose rows score the tokens: `[vocabulary, hidden]`.
  public var vocabularyWeight: Parameter {
    precondition(head == .vocabulary, "a model with a score head has no vocabulary head")
    return parameters[architecture.vocabularyHeadName]
  }

  /// The rows that make numbers of a hidden state: `[1, hidden]` or `[labels, hidden]`.
  public var scoreWeight: Parameter {
    precondition(head != .vocabulary, "a model with a vocabulary head has no score")
    return parameters[Self.scoreName]
  }

  /// Hidden states after the last norm, of all tokens: `[tokens, hidden]`.
  public func hiddenStates(_ tape: Tape, _ batch: TokenBatch, cache: KeyValueCache? = nil) -> Tensor {
    architecture.hiddenStates(tape, batch, rows: nil, cache: cache)
  }

  /// Hidden states after the last norm, of the named tokens: `[rows, hidden]`.
  ///
  /// The last layer computes only these and at times some beside them, where the model shares rows. A row has the same bits whatever else is asked for, where matrices have 16 outputs or more.
  ///
  /// - Parameter rows: in any order; they may repeat.
  public func hiddenStates(
    _ tape: Tape, _ batch: TokenBatch, of rows: [Int], cache: KeyValueCache? = nil
  ) -> Tensor {
    let asked = batch.rowsToCompute(for: rows)
    guard asked.count < batch.count, sharesRows else {
      let states = architecture.hiddenStates(tape, batch, rows: nil, cache: cache)
      return tape.gatherRows(states, rows)
    }
    let states = architecture.hiddenStates(tape, batch, rows: asked, cache: cache)
    let places = Dictionary(uniqueKeysWithValues: zip(asked, asked.indices))
    return tape.gatherRows(states, rows.compactMap { places[$0] })
  }

  public func makeCache(slots: Int, capacity: Int) -> KeyValueCache {
    KeyValueCache(
      layers: architecture.layerCount, slots: slots, capacity: capacity,
      keyValueHeads: architecture.keyValueHeads, headSize: architecture.headSize)
  }

  /// The same weights and adapter in memory of their own.
  public func copy() -> LanguageModel {
    let twin = LanguageModel(
      architecture: architecture, head: head, tokenizer: tokenizer, configuration: configuration,
      generation: generation, adaptation: adaptation, weights: weights)
    twin.parameters.copyValues(from: parameters)
    return twin
  }
}

extension LanguageModel {
  /// Makes `template` the one that conversations are rendered with, and that the model is written with.
  public func adopt(_ template: ChatTemplate) { tokenizer.chatTemplate = template }
}
