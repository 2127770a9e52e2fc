import Compute
import LanguageModels

/// What training changes of a model: the weights that are trained, and the place in an adapter's dropout masks.
extension LanguageModel: Resumable {
  public func carry(_ state: CheckpointCoder) throws {
    try withExtendedLifetime(self) { try state.memory("weights", parameters.trainedBuffer) }
    if let adapters = parameters.adapters { try state.value("dropout_row", &adapters.row) }
  }
}

/// Moments and steps; the weights are the model's.
extension AdamW: Resumable {
  public func carry(_ state: CheckpointCoder) throws {
    try state.value("optimizer_steps", &step)
    for memory in moments { try state.memory("moment", memory) }
  }
}
