import Diagnostics
import Foundation
import JSONText

/// What a reward model's directory keeps beside the files of `transformers`, in `reward_model.json`.
public struct RewardRecord: Sendable, Hashable {
  public static let fileName = "reward_model.json"
  private static let schema = "plumb.reward_model/1"

  /// What scores are normalised by; nil for raw scores.
  public var scale: RewardScale?
  public var probes: [RewardProbe]
  /// Figures on held-out rows when it was trained, by name; null if there were none.
  public var validation: JSON

  public init(scale: RewardScale? = nil, probes: [RewardProbe] = [], validation: JSON = .null) {
    self.scale = scale
    self.probes = probes
    self.validation = validation
  }

  /// What is suspicious about the held-out accuracy, as the end of a sentence; nil if nothing is.
  public var suspicion: String? {
    guard let accuracy = validation["eval_accuracy"]?.doubleValue, accuracy < 0.5 else { return nil }
    let share = String(format: "%.3f", accuracy)
    return
      "prefers the chosen answer in \(share) of the held-out pairs, less than half: chosen and rejected may"
      + " be swapped"
  }

  public var json: JSON {
    [
      "schema": .string(Self.schema),
      "normalization": scale.map { scale in
        [
          "mean": .number(scale.mean), "standard_deviation": .number(scale.standardDeviation),
          "answers": .integer(scale.count),
        ]
      } ?? .null,
      "probes": .array(probes.map { ["text": .string($0.text), "score": .number($0.score)] }),
      "validation": validation,
    ]
  }

  /// Reads the record of a directory; nil if it has none, as directories from elsewhere.
  ///
  /// - Throws: `Diagnostic` for a file that is not JSON or lacks what it should hold.
  public static func read(from directory: URL, displayName: String) throws(Diagnostic) -> RewardRecord? {
    let file = directory.appendingPathComponent(fileName)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let name = "\(displayName)/\(fileName)"
    let json = try readJSON(file, displayName: name)
    guard let record = RewardRecord(json) else {
      throw Diagnostic(
        .invalidRewardRecord, "the file is no record of a reward model (\(schema))",
        at: SourceLocation(file: name),
        hint: "restore it, or remove it to use the model's raw scores unchecked")
    }
    return record
  }

  private init?(_ json: JSON) {
    guard json["schema"]?.stringValue == Self.schema, let probes = json["probes"]?.arrayValue else {
      return nil
    }
    self.init(validation: json["validation"] ?? .null)
    for probe in probes {
      guard let text = probe["text"]?.stringValue, let score = probe["score"]?.doubleValue else { return nil }
      self.probes.append(RewardProbe(text: text, score: score))
    }
    guard let normalization = json["normalization"], !normalization.isNull else { return }
    guard let mean = normalization["mean"]?.doubleValue, mean.isFinite,
      let deviation = normalization["standard_deviation"]?.doubleValue, deviation.isFinite, deviation > 0,
      let count = normalization["answers"]?.intValue
    else { return nil }
    scale = RewardScale(mean: mean, standardDeviation: deviation, count: count)
  }

  /// - Throws: `Diagnostic` if the file cannot be written.
  func write(to directory: URL) throws(Diagnostic) {
    try writeJSON(json, to: directory.appendingPathComponent(Self.fileName))
  }
}
