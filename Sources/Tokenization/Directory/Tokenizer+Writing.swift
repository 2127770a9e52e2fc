import Diagnostics
import Foundation
import JSONText

extension Tokenizer {
  /// Writes tokenizer.json, tokenizer_config.json, special_tokens_map.json and, if there is a chat template,
  /// chat_template.jinja, which `transformers` opens with the same ids.
  ///
  /// A tokenizer that was loaded is written as it was read.
  public func write(to directory: URL) throws(Diagnostic) {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw Diagnostic(
        .unwritableTokenizer, "cannot create the directory: \(error.localizedDescription)",
        at: SourceLocation(file: directory.path))
    }
    func write(_ text: String, _ name: String) throws(Diagnostic) {
      try TokenizerFile.write(text, to: directory.appendingPathComponent(name))
    }
    try write(definition.pretty, TokenizerFile.definition)
    try write(writtenConfiguration.pretty, TokenizerFile.configuration)
    try write(JSON.object(roleMembers).pretty, TokenizerFile.specialTokens)
    if let chatTemplate { try write(chatTemplate.source, TokenizerFile.chatTemplate) }
  }

  private var roleMembers: [JSON.Member] {
    let roles = [
      ("bos_token", specialTokens.bos), ("eos_token", specialTokens.eos), ("pad_token", specialTokens.pad),
      ("unk_token", specialTokens.unk),
    ]
    return roles.compactMap { name, token in token.map { JSON.Member(name, .string($0.text)) } }
  }

  /// What other tools need beside tokenizer.json; keys that would make them rebuild the tokenizer by their own
  /// rules are not carried over.
  private var writtenConfiguration: JSON {
    var members = roleMembers
    members.append(JSON.Member("tokenizer_class", "PreTrainedTokenizerFast"))
    members.append(
      JSON.Member("clean_up_tokenization_spaces", configuration["clean_up_tokenization_spaces"] ?? false))
    for key in ["model_max_length", "padding_side", "truncation_side"] {
      // "No limit" is written as 1e30, which is no integer any more once it is read as a number.
      if let value = configuration[key], value.intValue != nil || value.stringValue != nil {
        members.append(JSON.Member(key, value))
      }
    }
    if let chatTemplate { members.append(JSON.Member("chat_template", .string(chatTemplate.source))) }
    return .object(members.sorted { $0.key < $1.key })
  }
}
