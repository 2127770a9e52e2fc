import Alignment
import Diagnostics
import LanguageModels
import Pipeline

extension StageContext {
  /// The reference of a preference training: the input `reference`, or the model as it starts.
  ///
  /// A frozen one is scored before training starts, so the model itself can serve as its own; one that stays is a copy.
  ///
  /// - Throws: `Diagnostic` for a reference with another tokenizer.
  func reference(
    for model: LanguageModel, staysResident: Bool, synchronization: ReferenceSynchronization?
  ) throws -> PreferenceReference {
    let explicit = try input("reference").map { try explicitReference($0, for: model) }
    guard staysResident || synchronization != nil else {
      let origin = try input("reference") ?? required("model")
      return .frozen(explicit ?? model, scores: scores(of: origin, explicit ?? model))
    }
    return .resident(explicit ?? model.copy(), synchronization: synchronization)
  }

  /// What the store knows that a model said of rows; nil without a store.
  private func scores(of input: StageInput, _ model: LanguageModel) -> ScoreDirectory? {
    guard let scoreDirectory, let program = ProgramFile.own else { return nil }
    let form =
      (model.adaptation == nil ? "whole" : "adapter apart") + (model.sharesRows ? "" : ", rows not shared")
    return ScoreDirectory(scoreDirectory, model: input.digest, form: form, program: program) {
      events.log(
        .info, "\(input.label) has scored these rows before: its log-probabilities are taken from the store")
    }
  }

  private func explicitReference(_ input: StageInput, for model: LanguageModel) throws -> LanguageModel {
    let reference = try input.loadModel(head: .vocabulary)
    guard reference.tokenizer.fingerprint == model.tokenizer.fingerprint else {
      throw Diagnostic(
        .tokenizerMismatch,
        "`reference` (\(input.label)) has another tokenizer than `model`: their log-probabilities cannot be"
          + " compared", hint: "use a reference that comes from the same base model")
    }
    return reference
  }
}
