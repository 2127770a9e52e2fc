import Alignment
import Diagnostics
import Tokenization

extension Tokenizer {
  /// Why a model with this tokenizer cannot judge the text of one with another; nil if it can.
  ///
  /// Ids must mean the same, answers must end with the same token, and conversations must be rendered alike: else
  /// scores, log-probabilities and losses compare nothing.
  ///
  /// - Parameters:
  ///   - names: of this tokenizer's model and the other's.
  ///   - file: where the first comes from.
  ///   - comparesTemplates: false if the stage declares the template that all of them read.
  func disagreement(
    with other: Tokenizer, names: (own: String, other: String), file: String, comparesTemplates: Bool = true
  ) -> Diagnostic? {
    let place = SourceLocation(file: file)
    if fingerprint != other.fingerprint {
      return Diagnostic(
        .tokenizerMismatch,
        "\(names.own) has another tokenizer than \(names.other): the same text has other ids, so that what one"
          + " says of the other's tokens is noise", at: place,
        hint: "use models that come from the same base model")
    }
    if specialTokens.eos != other.specialTokens.eos {
      func text(_ tokenizer: Tokenizer) -> String { tokenizer.specialTokens.eos?.text ?? "nothing" }
      return Diagnostic(
        .templateMismatch,
        "\(names.own) was trained to end answers with \(text(self)), \(names.other) with \(text(other))",
        at: place, hint: "name the same eos_token in both tokenizer_config.json, and train again with it")
    }
    guard comparesTemplates, let template = chatTemplate, let otherTemplate = other.chatTemplate,
      !template.rendersLike(otherTemplate)
    else { return nil }
    return Diagnostic(
      .templateMismatch, "\(names.own) was trained with another chat template than \(names.other)", at: place,
      hint: "use models that were trained with the same template, or declare one: `chat_template`")
  }
}

extension ChatTemplate {
  /// Whether two templates are the same, or are recognised as the same in other spellings.
  func rendersLike(_ other: ChatTemplate) -> Bool {
    source == other.source || (format != nil && format == other.format)
  }
}
