import JSONText
import Tokenization

/// Small tokenizers written out, so that a test can change one part.
enum TinyTokenizer {
  /// SentencePiece style: BOS by template, byte fallback, one word per text. Ids 3–258 are bytes.
  static func sentencePiece(
    normalizer: JSON? = nil, changing change: (inout [JSON.Member]) -> Void = { _ in }
  ) throws -> Tokenizer {
    let bytes = (0..<256).map { byte in
      "<0x\(String(byte, radix: 16, uppercase: true).leftPadded(to: 2))>"
    }
    let pieces = ["▁", "t", "h", "e", "a", "n", "▁t", "he", "▁the", "an", "é", "e\u{301}"]
    let vocabulary = (["<unk>", "<s>", "</s>"] + bytes + pieces).enumerated().map {
      JSON.Member($1, .integer($0))
    }
    var members: [JSON.Member] = [
      .init("added_tokens", .array([special("<unk>", 0), special("<s>", 1), special("</s>", 2)])),
      .init(
        "normalizer",
        normalizer ?? [
          "type": "Sequence",
          "normalizers": [
            ["type": "Prepend", "prepend": "▁"],
            ["type": "Replace", "pattern": ["String": " "], "content": "▁"],
          ],
        ]),
      .init("pre_tokenizer", nil),
      .init(
        "post_processor",
        [
          "type": "TemplateProcessing",
          "single": [
            ["SpecialToken": ["id": "<s>", "type_id": 0]], ["Sequence": ["id": "A", "type_id": 0]],
          ],
          "pair": [], "special_tokens": ["<s>": ["id": "<s>", "ids": [1], "tokens": ["<s>"]]],
        ]),
      .init(
        "decoder",
        [
          "type": "Sequence",
          "decoders": [
            ["type": "Replace", "pattern": ["String": "▁"], "content": " "], ["type": "ByteFallback"],
            ["type": "Fuse"], ["type": "Strip", "content": " ", "start": 1, "stop": 0],
          ],
        ]),
      .init(
        "model",
        [
          "type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
          "vocab": .object(vocabulary), "merges": ["▁ t", "h e", "▁t he", ["a", "n"]],
        ]),
    ]
    change(&members)
    return try Tokenizer(definition: .object(members), file: "tokenizer.json")
  }

  /// Byte-level without merges, with the given added tokens.
  static func byteLevel(
    addedTokens: [JSON] = [], addPrefixSpace: Bool = false, normalizer: JSON = nil
  ) throws -> Tokenizer {
    let trained = try Tokenizer.train(
      texts: ["a"],
      options: BPETrainingOptions(vocabularySize: 256, specialTokens: [], eosToken: nil, padToken: nil))
    let vocabulary = (0..<Int32(256)).compactMap { id in
      trained.piece(id).map { JSON.Member($0, .integer(Int(id))) }
    }
    let byteLevel: JSON = ["type": "ByteLevel", "add_prefix_space": .bool(addPrefixSpace), "use_regex": true]
    return try Tokenizer(
      definition: [
        "added_tokens": .array(addedTokens), "normalizer": normalizer, "pre_tokenizer": byteLevel,
        "decoder": byteLevel,
        "model": ["type": "BPE", "vocab": .object(vocabulary), "merges": []],
      ], file: "tokenizer.json")
  }

  /// The words that a pre-tokenizer cuts a text into: each part is unknown as a whole, so it stands for itself.
  static func words(of text: String, preTokenizer: JSON) throws -> [String] {
    let tokenizer = try Tokenizer(
      definition: [
        "pre_tokenizer": preTokenizer,
        "model": [
          "type": "BPE", "vocab": ["<unk>": 0], "merges": [], "unk_token": "<unk>", "fuse_unk": true,
        ],
      ], file: "tokenizer.json")
    let bytes = Array(text.utf8)
    return tokenizer.encodeWithOffsets(text, addSpecialTokens: false).offsets
      .map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  static func special(_ text: String, _ id: Int) -> JSON {
    ["id": .integer(id), "content": .string(text), "special": true, "normalized": false]
  }
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: "0", count: max(0, width - count)) + self
  }
}
