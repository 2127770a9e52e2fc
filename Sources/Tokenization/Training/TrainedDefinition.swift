import JSONText

/// The tokenizer.json of a tokenizer that was trained here, as `tokenizers` would write it.
enum TrainedDefinition {
  /// - Parameters:
  ///   - tokens: bytes of each token after the special tokens.
  ///   - merges: pairs of indices into `tokens`.
  static func make(
    tokens: [[UInt8]], merges: [(left: Int, right: Int)], _ options: BPETrainingOptions
  ) -> JSON {
    let specials = options.specialTokens
    let names = tokens.map { ByteAlphabet.text(of: $0) }
    let byteLevel: JSON = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
    ]
    let vocabulary = (specials + names).enumerated().map { JSON.Member($1, .integer($0)) }
    return [
      "version": "1.0",
      "truncation": nil,
      "padding": nil,
      "added_tokens": .array(specials.enumerated().map { addedToken($1, id: $0) }),
      "normalizer": nil,
      "pre_tokenizer": byteLevel,
      "post_processor": postProcessor(options),
      "decoder": byteLevel,
      "model": [
        "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
        "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
        "vocab": .object(vocabulary),
        "merges": .array(merges.map { [.string(names[$0.left]), .string(names[$0.right])] }),
      ],
    ]
  }

  private static func addedToken(_ text: String, id: Int) -> JSON {
    [
      "id": .integer(id), "content": .string(text), "single_word": false, "lstrip": false, "rstrip": false,
      "normalized": false, "special": true,
    ]
  }

  /// BOS before every text, if the tokenizer has one.
  private static func postProcessor(_ options: BPETrainingOptions) -> JSON {
    let text: JSON = ["Sequence": ["id": "A", "type_id": 0]]
    let second: JSON = ["Sequence": ["id": "B", "type_id": 1]]
    guard let bos = options.bosToken, let id = options.specialTokens.firstIndex(of: bos) else {
      return ["type": "TemplateProcessing", "single": [text], "pair": [text, second], "special_tokens": [:]]
    }
    func start(_ type: Int) -> JSON { ["SpecialToken": ["id": .string(bos), "type_id": .integer(type)]] }
    let entry: JSON = ["id": .string(bos), "ids": [.integer(id)], "tokens": [.string(bos)]]
    return [
      "type": "TemplateProcessing", "single": [start(0), text], "pair": [start(0), text, start(1), second],
      "special_tokens": .object([JSON.Member(bos, entry)]),
    ]
  }
}
