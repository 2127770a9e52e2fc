import JSONText
import Pipeline

/// Keys of other trainers that change what is sampled but not how it is scored; only their neutral values are taken.
///
/// Answers drawn from a cut or reshaped distribution would be learnt from with log-probabilities of the whole one: the
/// ratio is then no ratio, and the KL no KL.
struct SamplingTransforms: Configurable, Hashable {
  static var fields: [Field<Self>] {
    [neutral("top_k", 0), neutral("top_p", 1), neutral("min_p", 0), neutral("repetition_penalty", 1)]
  }

  private static func neutral(_ name: String, _ value: Double) -> Field<Self> {
    let wanted = JSON.number(value).compact
    return .any(
      name, \.self, expected: wanted, "Only \(wanted): scoring could not reproduce anything else.",
      read: { json throws(FieldProblem) in
        guard json.doubleValue == value || json.isNull else {
          throw FieldProblem(
            "must be \(wanted) in training: log-probabilities are scored on the whole distribution, which must be"
              + " the one that is sampled from", hint: "remove the key; temperature is applied to both")
        }
        return Self()
      }, write: { _ in .number(value) })
  }
}
