import Diagnostics
import Foundation
import JSONText
import Synchronization

extension Tokenizer {
  /// The tokenizer.json that was read last, and what it says. The models of a pipeline bring the same one, and to
  /// make its tables takes longer than all else that is read of a model before its weights.
  private static let latest = Mutex<(content: [UInt8], tokenizer: Tokenizer)?>(nil)

  /// Reads a tokenizer.json alone: no roles for special tokens, no chat template. Files of the same content share their
  /// tables.
  public static func load(tokenizerFile: URL) throws(Diagnostic) -> Tokenizer {
    let content = try TokenizerFile.read(tokenizerFile)
    if let latest = latest.withLock({ $0 }), latest.content == content { return latest.tokenizer }
    let definition = try JSON.parse(content, file: tokenizerFile.path)
    let tokenizer = try Tokenizer(definition: definition, file: tokenizerFile.path)
    latest.withLock { $0 = (content, tokenizer) }
    return tokenizer
  }

  /// Reads the tokenizer of a Hugging Face directory.
  ///
  /// Roles of special tokens come from tokenizer_config.json, then special_tokens_map.json. EOS, and BOS and padding
  /// where neither file mentions them, may also come by id from generation_config.json, then config.json. A
  /// chat template is taken from chat_template.jinja, then tokenizer_config.json.
  ///
  /// - Throws: `Diagnostic` naming the file and the place in it.
  public static func load(directory: URL) throws(Diagnostic) -> Tokenizer {
    let file = directory.appendingPathComponent(TokenizerFile.definition)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw Diagnostic(
        .unreadableFile, "there is no \(TokenizerFile.definition) in \(directory.path)",
        at: SourceLocation(file: file.path),
        hint: "save the tokenizer with transformers' AutoTokenizer.save_pretrained to get one")
    }
    var tokenizer = try load(tokenizerFile: file)
    let configuration = try TokenizerFile.readJSON(TokenizerFile.configuration, in: directory)
    tokenizer.configuration = configuration?.value ?? .null
    tokenizer.specialTokens = try tokenizer.roles(configuration: configuration, in: directory)
    tokenizer.chatTemplate = try chatTemplate(
      configuration: configuration, in: directory, special: tokenizer.specialTokens)
    return tokenizer
  }

  private func roles(configuration: JSONCursor?, in directory: URL) throws(Diagnostic) -> SpecialTokens {
    let map = try TokenizerFile.readJSON(TokenizerFile.specialTokens, in: directory)
    let named = [configuration, map].compactMap { $0 }
    let numbered = [
      try TokenizerFile.readJSON(TokenizerFile.generation, in: directory),
      try TokenizerFile.readJSON(TokenizerFile.model, in: directory),
    ].compactMap { $0 }
    var unknown = try token("unk_token", in: named)
    if unknown == nil, let id = model.unknown, let text = piece(id) { unknown = .init(id: id, text: text) }
    return SpecialTokens(
      bos: try token("bos_token", in: named) ?? fallback("bos_token", named, numbered),
      eos: try token("eos_token", in: named) ?? token(numbered: "eos_token_id", in: numbered),
      pad: try token("pad_token", in: named) ?? fallback("pad_token", named, numbered),
      unk: unknown)
  }

  /// A token named as a string or as `{"content": …}`.
  private func token(_ key: String, in files: [JSONCursor]) throws(Diagnostic) -> SpecialTokens.Token? {
    for file in files {
      guard let entry = file.optional(key) else { continue }
      let text = try (entry.optional("content") ?? entry).string()
      guard let id = id(of: text) else {
        throw entry.fail("names \"\(text)\", which is no token of \(TokenizerFile.definition)")
      }
      return SpecialTokens.Token(id: id, text: text)
    }
    return nil
  }

  /// The numbered token of a role that no file mentions; where one says null, there is none.
  private func fallback(
    _ key: String, _ named: [JSONCursor], _ numbered: [JSONCursor]
  ) -> SpecialTokens.Token? {
    named.contains { $0.value[key] != nil } ? nil : token(numbered: "\(key)_id", in: numbered)
  }

  /// A token given by its id or a list of ids; ids that are no token are left to the reader of the model.
  private func token(numbered key: String, in files: [JSONCursor]) -> SpecialTokens.Token? {
    for file in files {
      guard let entry = file.optional(key),
        let number = (entry.value.arrayValue?.first ?? entry.value).intValue,
        let id = Int32(exactly: number), let text = piece(id)
      else { continue }
      return SpecialTokens.Token(id: id, text: text)
    }
    return nil
  }

  private static func chatTemplate(
    configuration: JSONCursor?, in directory: URL, special: SpecialTokens
  ) throws(Diagnostic) -> ChatTemplate? {
    func template(_ source: String, _ file: String) -> ChatTemplate {
      ChatTemplate(
        source: source, file: file, beginOfText: special.bos?.text ?? "", endOfText: special.eos?.text ?? "")
    }
    let url = directory.appendingPathComponent(TokenizerFile.chatTemplate)
    if FileManager.default.fileExists(atPath: url.path) {
      guard let source = String(validating: try TokenizerFile.read(url), as: UTF8.self) else {
        throw Diagnostic(
          .invalidTokenizer, "\(TokenizerFile.chatTemplate) is not valid UTF-8",
          at: SourceLocation(file: url.path))
      }
      return template(source, url.path)
    }
    guard let entry = configuration?.optional("chat_template") else { return nil }
    guard entry.value.arrayValue != nil else {
      return template(try entry.string(), entry.file)
    }
    for item in try entry.items() where item.value["name"]?.stringValue == "default" {
      return template(try item.required("template").string(), entry.file)
    }
    return nil
  }
}
