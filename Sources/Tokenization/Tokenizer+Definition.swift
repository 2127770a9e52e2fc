import Diagnostics
import JSONText

extension Tokenizer {
  /// Builds a tokenizer from the content of tokenizer.json.
  ///
  /// - Parameter file: named in errors.
  /// - Throws: `Diagnostic` naming the JSON path, what was expected and, for parts that are not supported, which are.
  public init(definition: JSON, file: String) throws(Diagnostic) {
    let root = JSONCursor(definition, file: file)
    guard definition.members != nil else { throw root.fail("must be an object") }
    self.definition = definition
    normalizer = if let part = root.optional("normalizer") { try Normalizers.make(part) } else { nil }
    preTokenizer = if let part = root.optional("pre_tokenizer") { try PreTokenizers.make(part) } else { nil }
    model = try BPEModel(try root.required("model"))
    frame =
      if let part = root.optional("post_processor") { try PostProcessors.make(part).frame } else { .init() }
    decoder = if let part = root.optional("decoder") { try TokenDecoders.make(part) } else { nil }
    let tokens = try Self.addedTokens(root.optional("added_tokens"), vocabulary: model.vocabulary)
    added = AddedVocabulary(tokens, normalizer: normalizer)
    for id in frame.before + frame.after where piece(id) == nil {
      throw root.fail("has a post-processor that adds id \(id), which is no token")
    }
  }

  /// Reads `added_tokens` and holds each to the id that `tokenizers` gives it when it reads the file: that of the
  /// vocabulary, or else the next free one.
  private static func addedTokens(
    _ list: JSONCursor?, vocabulary: Vocabulary
  ) throws(Diagnostic) -> [AddedToken] {
    guard let list else { return [] }
    var tokens: [AddedToken] = []
    var idByContent: [TokenKey: Int32] = [:]
    var next = Int32(vocabulary.count)
    for item in try list.items() {
      let token = try AddedToken(item)
      let key = TokenKey(token.content)
      let id = vocabulary.id(of: token.content) ?? idByContent[key] ?? next
      if id != token.id {
        throw item.fail("gives \"\(token.content)\" the id \(token.id), but its id is \(id)")
      }
      if let owner = vocabulary.piece(id), !owner.hasSameBytes(as: token.content) {
        throw item.fail("gives \"\(token.content)\" the id \(id), which belongs to \"\(owner)\"")
      }
      idByContent[key] = id
      next = max(next, id + 1)
      tokens.append(token)
    }
    return tokens
  }
}
