import Diagnostics
import LanguageModels
import Tokenization

extension DataOptions {
  /// The tokenizer with the chat template that the stage declares, if it declares one.
  ///
  /// - Throws: `Diagnostic` if the tokenizer lacks a token that the template is made of.
  func declared(on tokenizer: Tokenizer) throws(Diagnostic) -> Tokenizer {
    guard let chatTemplate else { return tokenizer }
    let special = tokenizer.specialTokens
    let missing = chatTemplate.tokens.filter { tokenizer.id(of: $0) == nil }
    guard missing.isEmpty else {
      throw Diagnostic(
        .unsupportedChatTemplate,
        "`chat_template: \(chatTemplate.rawValue)` needs \(missing.joined(separator: " and ")), which the tokenizer"
          + " does not have", hint: "declare a template whose tokens it has; `plain` needs none but EOS")
    }
    var tokenizer = tokenizer
    tokenizer.chatTemplate = ChatTemplate(
      family: chatTemplate, beginOfText: special.bos?.text ?? "", endOfText: special.eos?.text ?? "")
    return tokenizer
  }

  /// Makes the declared chat template the model's own, which it is written with.
  func declareTemplate(of model: LanguageModel) throws(Diagnostic) {
    guard chatTemplate != nil, let template = try declared(on: model.tokenizer).chatTemplate else { return }
    model.adopt(template)
  }
}
