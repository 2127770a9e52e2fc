import Compute
import Diagnostics
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

@Suite struct ClassifierTests {
  private static let languageModel = Golden.committed.appendingPathComponent("models/llama")
  private static let rewardModel = Golden.committed.appendingPathComponent("models/llama_reward")
  private static let names = ["billing", "10", "data export"]

  private func makeClassifier() throws -> LanguageModel {
    try LanguageModel.load(directory: Self.languageModel, head: .labels(Self.names), seed: 3)
  }

  /// A classifier's directory with other text in `config.json`.
  private func directory(replacing old: String, with new: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try makeClassifier().save(to: folder.url)
    let text = String(decoding: try folder.bytes(of: "config.json"), as: UTF8.self)
    try #require(text.contains(old), "\(text)")
    try folder.write(text.replacing(old, with: new), to: "config.json")
    return folder
  }

  @Test func `A classifier is written with its labels and read again with equal scores`() throws {
    let model = try makeClassifier()
    let folder = try TemporaryFolder()
    try model.save(to: folder.url)
    let config = try JSON.parse(folder.bytes(of: "config.json"), file: "config.json")
    #expect(config["architectures"] == ["LlamaForSequenceClassification"])
    #expect(config["id2label"] == ["0": "billing", "1": "10", "2": "data export"])
    #expect(config["label2id"] == ["billing": 0, "10": 1, "data export": 2])
    #expect(config["problem_type"] == "single_label_classification" && config["num_labels"] == nil)
    let head = try LanguageModel.Head.classifier(in: folder.url)
    #expect(head == .labels(Self.names))
    let again = try LanguageModel.load(directory: folder.url, head: head)
    #expect(again.head.labels == Self.names)
    let texts: [[Int32]] = [[5, 6, 7], [300], [1, 2, 3, 4, 5, 6, 7, 8]]
    let workspace = Workspace(threads: 2)
    let scores = model.labelLogProbabilities(texts, workspace: workspace)
    #expect(again.labelLogProbabilities(texts, workspace: workspace) == scores)
    let oneByOne = model.labelLogProbabilities(texts, workspace: workspace, tokensPerBatch: 1)
    #expect(greatestDifference(oneByOne.flatMap { $0 }, scores.flatMap { $0 }) < 1e-6)
    for row in scores { #expect(abs(row.reduce(0) { $0 + exp($1) } - 1) < 1e-12) }
  }

  @Test func `A reward model keeps its one nameless label`() throws {
    let folder = try TemporaryFolder()
    try LanguageModel.load(directory: Self.rewardModel, head: .scalar).save(to: folder.url)
    let config = try JSON.parse(folder.bytes(of: "config.json"), file: "config.json")
    #expect(config["id2label"] == ["0": "LABEL_0"] && config["problem_type"] == nil)
  }

  @Test func `Labels without names are numbered as transformers numbers them`() throws {
    let names = """
      "id2label": {
          "0": "billing",
          "1": "10",
          "2": "data export"
        },
      """
    let folder = try directory(replacing: names, with: "\"num_labels\": 3,")
    let head = try LanguageModel.Head.classifier(in: folder.url)
    #expect(head == .labels(["LABEL_0", "LABEL_1", "LABEL_2"]))
  }

  @Test(arguments: [
    ("\"1\": \"10\"", "\"3\": \"10\"", "id2label names 3 labels, but none has the id 1"),
    ("\"1\": \"10\"", "\"1\": \"billing\"", "id2label.1 is \"billing\", which another label is too"),
    ("\"1\": \"10\"", "\"1\": 10", "id2label.1 must be a string; found 10"),
    ("\"1\": \"10\",", "", "none has the id 1"),
    (",\n    \"2\": \"data export\"", "", "config.json has 2 labels, but score.weight has 3 rows"),
    ("single_label", "multi_label", "problem_type is \"multi_label_classification\", which is not supported"),
    ("\"label2id\"", "\"num_labels\": 7, \"label2id\"", "num_labels is 7, but id2label names 3 labels"),
  ])
  func `Labels that contradict themselves or the weights are refused`(
    old: String, new: String, message: String
  ) throws {
    let folder = try directory(replacing: old, with: new)
    let found = diagnostic { _ = try LanguageModel.Head.classifier(in: folder.url) }
    #expect(found?.message.contains(message) == true, "\(found?.message ?? "nothing")")
  }

  @Test func `Each kind of model is refused by name where another is expected`() throws {
    let folder = try TemporaryFolder()
    try makeClassifier().save(to: folder.url)
    func message(_ directory: URL, _ head: LanguageModel.Head) -> String? {
      diagnostic { try LanguageModel.inspect(directory: directory, head: head) }?.message
    }
    #expect(message(folder.url, .vocabulary)?.contains("a language model was expected") == true)
    #expect(
      message(folder.url, .scalar) == "the model is a classifier of 3 labels; a reward model was expected")
    #expect(message(folder.url, .labels(Self.names)) == nil)
    let reward = diagnostic { _ = try LanguageModel.Head.classifier(in: Self.rewardModel) }
    #expect(
      reward?.message == "the model gives one score: it is a reward model; a classifier was expected")
    let language = diagnostic { _ = try LanguageModel.Head.classifier(in: Self.languageModel) }
    #expect(language?.message.contains("it is a language model, and gives no labels") == true)
    #expect(language?.hint?.contains("classify") == true)
  }
}
