import Artifacts
import JSONText
import Lineage
import Pipeline

/// A model card in the form of Hugging Face's: front matter in YAML, then what the model is made of, in Markdown.
///
/// The text depends on the store's content only, not on the time or place of its making.
struct ModelCard {
  /// What the card is called in a directory; `alternative` where the artifact has a file of that name itself.
  static let fileName = "README.md"
  static let alternative = "MODEL_CARD.md"

  let artifact: Artifact
  let type: PortType
  /// How the artifact is called, such as `align.model`.
  let name: String
  let files: [(name: String, object: ObjectReference)]
  /// Those it was made by, its own maker last.
  let executions: [ExecutionDetail]
  let kindVersions: [Digest: Int]
  let pipeline: String?
  let sources: [(artifact: Artifact, names: [String], paths: [String])]
  let evaluation: Evaluation?
  /// Answers in the report: what was asked, and what this model said.
  let samples: [(prompt: String, answer: String)]
  let tags: [TagRecord]

  /// - Returns: nil for an artifact that is no model directory.
  /// - Throws: `Diagnostic` if the store cannot be read.
  init?(_ artifact: Artifact, label: String?, _ queries: LineageQueries, _ objects: ObjectStore) throws {
    guard let type = PortType(rawValue: artifact.type), Self.use(of: type) != nil,
      artifact.object.kind == .tree
    else { return nil }
    self.artifact = artifact
    self.type = type
    files = try objects.files(of: artifact.object)
    var executions: [ExecutionDetail] = []
    var versions: [Digest: Int] = [:]
    var sources: [(artifact: Artifact, names: [String], paths: [String])] = []
    let maker = try queries.producers(of: artifact.digest).last
    let start = maker.map { LineageStart.execution($0.execution) } ?? .content(artifact.digest)
    for node in try queries.lineage(of: start, [.up]).nodes {
      switch node {
      case .execution(let id, _, _, _, let key, _):
        executions.append(try queries.execution(id))
        if let key { versions[key] = try queries.recipe(of: id)?.kindVersion }
      case .source(let artifact, let names, let paths):
        sources.append((artifact, names.sorted(), paths.sorted()))
      case .artifact: break
      }
    }
    self.executions = executions
    kindVersions = versions
    self.sources = sources
    let made = executions.last
    name = made.flatMap { made in maker.map { "\(made.stage).\($0.port)" } } ?? label ?? artifact.digest.short
    pipeline = try made.map { try queries.run($0.run).summary.pipeline }
    evaluation = try queries.evaluations(of: artifact.digest).first
    samples = evaluation.map { Self.samples(of: $0, objects) } ?? []
    tags = try queries.tags().filter { $0.artifact?.digest == artifact.digest }
  }

  /// The card as a file for the artifact's directory; what the artifact holds itself is never replaced.
  var file: (name: String, text: String) {
    (files.contains { $0.name == Self.fileName } ? Self.alternative : Self.fileName, text)
  }

  /// The library, the task, and the class of Python that loads an artifact of the type; nil if it is no model.
  static func use(of type: PortType) -> (library: String, task: String, className: String)? {
    switch type {
    case .model: ("transformers", "text-generation", "AutoModelForCausalLM")
    case .rewardModel, .classifier:
      ("transformers", "text-classification", "AutoModelForSequenceClassification")
    case .adapter: ("peft", "text-generation", "AutoPeftModelForCausalLM")
    case .text, .demonstrations, .preferences, .feedback, .prompts, .labels, .completions, .tokenizer,
      .report:
      nil
    }
  }

  /// What a report has of the model's answers; nothing if it has none, or cannot be read.
  private static func samples(of evaluation: Evaluation, _ objects: ObjectStore) -> [(
    prompt: String, answer: String
  )] {
    guard let name = evaluation.name, let files = try? objects.files(of: evaluation.report.object),
      let file = files.first(where: { $0.name == "report.json" }),
      let bytes = try? objects.read(file.object.digest),
      let report = try? JSON.parse(bytes, file: file.name)
    else { return [] }
    return (report["answers"]?.arrayValue ?? []).compactMap { answer in
      guard let prompt = answer["prompt"]?.stringValue,
        let text = answer["models"]?[name]?["text"]?.stringValue
      else { return nil }
      return (prompt, text)
    }
  }
}
