import Compute
import Foundation
import JSONText
import LanguageModels
import TestSupport
import Testing

/// A base of the golden set and an adapter that PEFT saved, with what transformers says under both.
struct AdapterCase: Sendable, CustomTestStringConvertible {
  let name: String
  let json: JSON

  private static let folder = Golden.committed.deletingLastPathComponent()
    .appendingPathComponent("vectors/lora", isDirectory: true)

  /// Every case of the folder.
  static let all: [AdapterCase] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".json") && $0 != "MANIFEST.json" }.sorted()
    .compactMap { try? AdapterCase(String($0.dropLast(5))) }

  init(_ name: String) throws {
    self.name = name
    let file = "\(name).json"
    json = try JSON.parse(
      [UInt8](Data(contentsOf: Self.folder.appendingPathComponent(file))), file: file)
  }

  var testDescription: String { name }

  var adapterURL: URL { Self.folder.appendingPathComponent(name, isDirectory: true) }

  var baseURL: URL {
    Golden.committed.appendingPathComponent("models/\(json["model"]?.stringValue ?? "")", isDirectory: true)
  }

  var head: LanguageModel.Head { json["task"]?.stringValue == "SEQ_CLS" ? .scalar : .vocabulary }

  /// What the adapter was made with.
  var options: LowRankOptions {
    var options = LowRankOptions()
    options.rank = json["lora"]?["r"]?.intValue ?? 0
    options.alpha = json["lora"]?["alpha"]?.doubleValue ?? .nan
    options.usesRankStabilization = json["lora"]?["use_rslora"]?.boolValue ?? false
    switch json["lora"]?["target_modules"] {
    case .string: options.targets = .allLinear
    case .array(let names): options.targets = .named(names.compactMap(\.stringValue))
    default: break
    }
    return options
  }

  func load(_ use: AdapterUse = .asStored) throws -> LanguageModel {
    try LanguageModel.load(
      directory: baseURL, head: head, adapters: use,
      adapter: AdapterDirectory(adapterURL, displayName: name))
  }

  /// The greatest difference of a model's log-probabilities, or scores, from transformers' with PEFT.
  func difference(_ model: LanguageModel) -> Double {
    let workspace = Workspace(threads: 2)
    return (json["forward"]?.arrayValue ?? []).map { record in
      let ids = record["ids"]?.ids ?? []
      if let score = record["score"]?.doubleValue {
        return abs(Double(model.scores([ids], workspace: workspace)[0]) - score)
      }
      let found = model.tokenLogProbabilities([(ids, 1)], workspace: workspace)[0]
      return greatestDifference(found.map(Double.init), record["token_logps"]?.doubles ?? [])
    }.max() ?? .infinity
  }
}
