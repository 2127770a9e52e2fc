import Alignment
import Compute
import DataLoading
import Foundation
import JSONText
import LanguageModels
import Pipeline

/// What a fine-tuned classifier and the baselines beside it say of the held-out rows.
struct ClassificationReport {
  /// One classifier's answers.
  struct Entry {
    let name: String
    let predicted: [Int]
    let confusion: ConfusionMatrix
    /// Mean of `-log p` of the actual label, in nats.
    let loss: Double
    /// The model's accuracy less this one's, with the middle 95% of a bootstrap over the rows; nil for the model.
    var lead: (difference: Double, interval: ClosedRange<Double>)?
  }

  static let modelName = "model"

  let labels: [String]
  let trainedRows: Int
  /// Whether the model's weights were chosen by the held-out rows, which favours it.
  let isChosen: Bool
  /// Of the held-out rows.
  let actual: [Int]
  /// The model first.
  private(set) var entries: [Entry] = []

  /// Classifies the held-out rows, and trains the baselines on the rows that the model was trained on.
  ///
  /// - Parameter weights: one per training row.
  /// - Throws: `StageCancelled` when cancellation was asked for.
  init(
    rows: ClassificationRows, model: LanguageModel, weights: [Double],
    configuration: ClassifyStage.Configuration, workspace: Workspace, context: StageContext
  ) throws {
    labels = rows.labels
    trainedRows = rows.training.count
    isChosen = configuration.training.best.isKept
    actual = rows.classes(of: rows.held)
    let answers = model.labelLogProbabilities(rows.held.map(\.ids), workspace: workspace)
    var entries = [entry(Self.modelName, answers)]
    let training = TextBaseline.Rows(
      texts: rows.training.map(\.text), classes: rows.classes(of: rows.training), weights: weights)
    for baseline in configuration.baselines.baselines {
      let name = baseline.rawValue
      context.events.log(.info, "training \(name)")
      let answers = try baseline.logProbabilities(
        of: rows.held.map(\.text), trainedOn: training, classCount: labels.count,
        options: configuration.baselines.training, team: workspace.team,
        checkCancellation: context.cancellation.check)
      var other = entry(name, answers)
      let differences = actual.indices.map { row in
        (entries[0].predicted[row] == actual[row] ? 1.0 : 0) - (other.predicted[row] == actual[row] ? 1 : 0)
      }
      other.lead = (
        entries[0].confusion.accuracy - other.confusion.accuracy,
        BootstrapInterval.ofMean(differences, seed: configuration.training.seed)
      )
      entries.append(other)
    }
    self.entries = entries
  }

  private func entry(_ name: String, _ logProbabilities: [[Double]]) -> Entry {
    let predicted = logProbabilities.map { row in
      row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
    }
    let loss = zip(logProbabilities, actual).reduce(0) { $0 - $1.0[$1.1] } / Double(max(1, actual.count))
    return Entry(
      name: name, predicted: predicted,
      confusion: ConfusionMatrix(classCount: labels.count, actual: actual, predicted: predicted), loss: loss)
  }

  /// Figures of the baselines under `NAME.`, and `accuracy_vs_NAME`, by how much the model leads; the model's
  /// own are the figures of its last validation.
  var baselineMetrics: [Metric] {
    entries.flatMap { entry -> [Metric] in
      guard let lead = entry.lead else { return [] }
      let values = [entry.confusion.accuracy, entry.confusion.macroF1, entry.loss, lead.difference]
      return zip(Self.metricNames(of: entry.name), values).map { Metric($0, $1) }
    }
  }

  /// Names of a baseline's figures, in the order of `baselineMetrics`.
  static func metricNames(of baseline: String) -> [String] {
    ["accuracy", "macro_f1", "loss"].map { "\(baseline).\($0)" } + ["accuracy_vs_\(baseline)"]
  }

  /// Writes `report.json` for machines and `report.txt` for people.
  func write(to directory: URL) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(json.pretty.utf8).write(to: directory.appendingPathComponent("report.json"))
    try Data(text.utf8).write(to: directory.appendingPathComponent("report.txt"))
  }

  private var json: JSON {
    [
      "schema": "plumb.classification/1", "labels": .array(labels.map(JSON.string)),
      "rows": ["trained": .integer(trainedRows), "held_out": .integer(actual.count)],
      "weights_chosen_by_held_out": .bool(isChosen),
      "classifiers": .array(entries.map(json)),
    ]
  }

  private func json(_ entry: Entry) -> JSON {
    let confusion = entry.confusion
    return [
      "name": .string(entry.name), "accuracy": .number(confusion.accuracy),
      "macro_f1": .number(confusion.macroF1), "loss": JSON(entry.loss),
      "accuracy_lead": JSON(entry.lead?.difference),
      "accuracy_lead_interval": entry.lead.map {
        [.number($0.interval.lowerBound), .number($0.interval.upperBound)]
      } ?? .null,
      "labels": .array(
        labels.enumerated().map { label, name in
          [
            "label": .string(name), "precision": .number(confusion.precision(label)),
            "recall": .number(confusion.recall(label)), "f1": .number(confusion.f1(label)),
            "rows": .integer(confusion.support(label)),
          ]
        }),
      "confusion": .array(confusion.counts.map { .array($0.map { .integer($0) }) }),
    ]
  }
}
