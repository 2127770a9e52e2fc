import Diagnostics
import Foundation
import JSONText

/// The classes of a sequence classifier as `config.json` names them.
enum ClassifierLabels {
  /// What `transformers` calls a class without a name.
  private static func defaultName(_ id: Int) -> String { "LABEL_\(id)" }

  /// The names by id: from `id2label`, or numbered where there is only `num_labels`.
  ///
  /// - Throws: `Diagnostic` for ids that are not 0, 1, 2 …, a name given twice, or another kind of problem than
  ///   one class per text.
  static func names(in configuration: ConfigurationReader) throws(Diagnostic) -> [String] {
    try configuration.refuse("problem_type", unless: "single_label_classification")
    let count = try configuration.optionalInt("num_labels", in: 1...1_000_000)
    guard let table = try configuration.nested("id2label") else {
      // `transformers` takes two classes where a configuration does not say.
      return (0..<(count ?? 2)).map(defaultName)
    }
    let members = table.json.members ?? []
    if let count, count != members.count {
      throw configuration.invalid("num_labels", "is \(count), but id2label names \(members.count) labels")
    }
    var names: [String] = []
    for id in members.indices {
      guard table.contains("\(id)") else {
        throw configuration.invalid(
          "id2label", "names \(members.count) labels, but none has the id \(id): ids count up from 0")
      }
      let name = try table.requiredString("\(id)")
      if names.contains(name) { throw table.invalid("\(id)", "is \"\(name)\", which another label is too") }
      names.append(name)
    }
    return names
  }

  /// The keys that say what the rows of `score.weight` are.
  static func keys(of head: LanguageModel.Head) -> [(key: String, value: JSON)] {
    let names = head == .scalar ? [defaultName(0)] : head.labels
    let pairs = names.enumerated()
    return [
      ("id2label", .object(pairs.map { JSON.Member("\($0)", .string($1)) })),
      ("label2id", .object(pairs.map { JSON.Member($1, .integer($0)) })),
      ("num_labels", .null),
      ("problem_type", head == .scalar ? .null : "single_label_classification"),
    ]
  }
}

extension LanguageModel.Head {
  /// The head of a directory that holds a sequence classifier.
  ///
  /// - Throws: `Diagnostic` for a language model, a reward model or a configuration that cannot be read.
  public static func classifier(in directory: URL, displayName: String? = nil) throws -> Self {
    let name = displayName ?? directory.path
    let names = try ClassifierLabels.names(
      in: ConfigurationReader(directory: directory, displayName: displayName))
    let head = Self.labels(names)
    let weights = try ModelWeights(directory: directory, displayName: displayName)
    let adapter = try AdapterDirectory.find(in: directory, or: nil, displayName: name)
    guard let rows = try weights.scoreRows(under: adapter) else {
      throw Diagnostic.noScore(for: head, file: name)
    }
    if let problem = Diagnostic.otherHead(rows, expected: head, file: name) { throw problem }
    guard rows == names.count else {
      throw Diagnostic(
        .invalidConfiguration,
        "config.json has \(names.count) labels, but \(LanguageModel.scoreName) has \(rows) rows",
        at: SourceLocation(file: name))
    }
    return head
  }
}

extension Diagnostic {
  /// What is wrong with a directory without `score.weight`, for a use that needs one.
  static func noScore(for head: LanguageModel.Head, file: String) -> Diagnostic {
    let (lack, kind, stage) =
      head == .scalar ? ("reward", "reward model", "reward") : ("labels", "classifier", "classify")
    return Diagnostic(
      .missingTensor,
      "the model has no \(LanguageModel.scoreName): it is a language model, and gives no \(lack)",
      at: SourceLocation(file: file), hint: "train a \(kind) from it with a stage of kind \(stage)")
  }

  /// What is wrong with a directory whose `score.weight` has `rows` rows; nil if the head can be that.
  static func otherHead(_ rows: Int, expected head: LanguageModel.Head, file: String) -> Diagnostic? {
    let message: String
    switch (head, rows) {
    case (.vocabulary, _):
      message =
        "the model is a sequence classifier (it has \(LanguageModel.scoreName)); a language model was expected"
    case (.scalar, 2...): message = "the model is a classifier of \(rows) labels; a reward model was expected"
    case (.labels, 1):
      message = "the model gives one score: it is a reward model; a classifier was expected"
    default: return nil
    }
    return Diagnostic(.missingTensor, message, at: SourceLocation(file: file))
  }
}
