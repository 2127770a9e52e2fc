import Compute
import Diagnostics
import Foundation
import JSONText

extension AdapterDirectory {
  /// Writes the adapter of a model so that PEFT opens it over the same base.
  ///
  /// - Throws: `Diagnostic` if a file cannot be written.
  static func write(_ adaptation: LowRankAdaptation, of model: LanguageModel, to directory: URL)
    throws(Diagnostic)
  {
    let store = model.parameters
    let tensors = store.trained.map { index in
      let specification = store.specifications[index]
      return SafetensorsWriter.Tensor(
        namePrefix + specification.name, shape: specification.shape,
        values: UnsafeBufferPointer(store.buffer(at: index)))
    }
    try SafetensorsWriter.write(tensors, to: directory.appendingPathComponent(weightsName))
    try writeJSON(
      configuration(of: adaptation, model), to: directory.appendingPathComponent(configurationName))
  }

  /// `LoraConfig` of PEFT 0.21; keys left out have their defaults there.
  private static func configuration(of adaptation: LowRankAdaptation, _ model: LanguageModel) -> JSON {
    let isGenerator = model.head == .vocabulary
    let layout = type(of: model.architecture).weightLayout
    return [
      "alpha_pattern": [:], "base_model_name_or_path": JSON(adaptation.base), "bias": "none",
      "fan_in_fan_out": .bool(layout == .inputsByOutputs), "inference_mode": true,
      "init_lora_weights": true,
      "lora_alpha": Int(exactly: adaptation.alpha).map(JSON.integer) ?? .number(adaptation.alpha),
      "lora_dropout": .number(adaptation.dropout),
      "modules_to_save": isGenerator ? .null : ["score"], "peft_type": "LORA",
      "r": .integer(adaptation.rank), "rank_pattern": [:],
      "target_modules": .array(adaptation.targets.map(JSON.string)),
      "task_type": isGenerator ? "CAUSAL_LM" : "SEQ_CLS", "use_dora": false,
      "use_rslora": .bool(adaptation.usesRankStabilization),
    ]
  }
}
