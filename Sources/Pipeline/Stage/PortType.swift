/// What flows through a port: the type of a source, of an artifact, and of a stage's inputs and outputs.
public enum PortType: String, Sendable, Hashable, CaseIterable {
  /// Plain text, one file.
  case text
  /// Rows that show the wanted answer.
  case demonstrations
  /// Rows with answers ordered by preference.
  case preferences
  /// Rows with an answer each that was found desirable or not.
  case feedback
  case prompts
  /// Texts with a class each.
  case labels
  /// Prompts with sampled answers.
  case completions
  /// A directory with `tokenizer.json`.
  case tokenizer
  /// A Hugging Face model directory, tokenizer included.
  case model
  /// A sequence-classification model directory with one label.
  case rewardModel = "reward_model"
  case classifier
  /// A directory with an adapter in PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`.
  case adapter
  /// A directory with `report.json` and `report.txt`.
  case report
}

/// A place where a stage takes artifacts in.
public struct InputPort: Sendable, Hashable {
  public enum Arity: Sendable, Hashable {
    case one
    case optional
    /// One reference or a list of them.
    case many
    /// A map from names of the user's choice to references.
    case named
  }

  public let name: String
  public let accepts: Set<PortType>
  public let arity: Arity
  public let summary: String

  public init(_ name: String, _ accepts: Set<PortType>, _ arity: Arity = .one, summary: String) {
    self.name = name
    self.accepts = accepts
    self.arity = arity
    self.summary = summary
  }
}

/// A named, typed result of a stage.
public struct OutputPort: Sendable, Hashable {
  public let name: String
  public let type: PortType
  public let summary: String

  public init(_ name: String, _ type: PortType, summary: String) {
    self.name = name
    self.type = type
    self.summary = summary
  }
}
