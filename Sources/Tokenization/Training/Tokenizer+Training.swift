import Diagnostics
import Foundation
import JSONText

extension Tokenizer {
  /// Trains a byte-level BPE tokenizer with GPT-2's pre-tokenizer on text files.
  ///
  /// The most frequent pair is merged first; of equally frequent ones the lexicographically greater, compared as
  /// byte strings. The result depends on the texts and options alone. It may have fewer tokens than asked for,
  /// when no pair is left that is frequent enough.
  ///
  /// - Throws: `Diagnostic` for a file that cannot be read or is not UTF-8, and for options that contradict each other.
  public static func train(
    corpora: [URL], options: BPETrainingOptions, progress: (BPETrainingProgress) -> Void = { _ in }
  ) throws(Diagnostic) -> Tokenizer {
    try options.validate()
    var words = WordCounts(specialTokens: options.specialTokens)
    for file in corpora {
      let bytes = try TokenizerFile.read(file)
      if let offset = bytes.firstInvalidUTF8 {
        let line = bytes[..<offset].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        throw Diagnostic(
          .invalidTokenizerTraining, "byte \(offset) is not part of valid UTF-8",
          at: SourceLocation(file: file.path, line: line))
      }
      words.add(bytes)
    }
    return try train(words, options, progress)
  }

  /// Trains a byte-level BPE tokenizer with GPT-2's pre-tokenizer on texts in memory.
  public static func train(
    texts: some Sequence<String>, options: BPETrainingOptions,
    progress: (BPETrainingProgress) -> Void = { _ in }
  ) throws(Diagnostic) -> Tokenizer {
    try options.validate()
    var words = WordCounts(specialTokens: options.specialTokens)
    for text in texts { words.add(Array(text.utf8)) }
    return try train(words, options, progress)
  }

  private static func train(
    _ words: WordCounts, _ options: BPETrainingOptions, _ progress: (BPETrainingProgress) -> Void
  ) throws(Diagnostic) -> Tokenizer {
    if words.counts.isEmpty {
      throw Diagnostic(.invalidTokenizerTraining, "the corpus holds no text to train a tokenizer on")
    }
    var trainer = BPETrainer(words: words.counts)
    let total = options.vocabularySize - options.specialTokens.count - 256
    trainer.run(merges: total, minimumFrequency: options.minimumFrequency, progress)
    var tokenizer = try Tokenizer(
      definition: TrainedDefinition.make(tokens: trainer.tokens, merges: trainer.merges, options),
      file: "tokenizer.json"
    )
    func role(_ text: String?) -> SpecialTokens.Token? {
      text.flatMap { text in tokenizer.id(of: text).map { SpecialTokens.Token(id: $0, text: text) } }
    }
    tokenizer.specialTokens = SpecialTokens(
      bos: role(options.bosToken), eos: role(options.eosToken), pad: role(options.padToken))
    tokenizer.chatTemplate = options.chatTemplate
    return tokenizer
  }
}

extension BPETrainingOptions {
  fileprivate func validate() throws(Diagnostic) {
    func fail(_ message: String) -> Diagnostic { Diagnostic(.invalidTokenizerTraining, message) }
    let least = specialTokens.count + 256
    guard (least...Vocabulary.highestID).contains(vocabularySize) else {
      throw fail(
        "a vocabulary of \(vocabularySize) tokens cannot be trained: it must hold \(specialTokens.count) special "
          + "tokens and 256 bytes, and at most \(Vocabulary.highestID) tokens")
    }
    if specialTokens.contains("") { throw fail("a special token must not be empty") }
    if Set(specialTokens.map(TokenKey.init)).count < specialTokens.count {
      throw fail("the special tokens must differ from each other")
    }
    for token in specialTokens where token.unicodeScalars.count == 1 {
      throw fail("the special token \"\(token)\" must be longer than one character")
    }
    for role in [bosToken, eosToken, padToken].compactMap({ $0 }) where !specialTokens.contains(role) {
      throw fail("\"\(role)\" has a role but is not among the special tokens")
    }
  }
}

extension [UInt8] {
  /// Where the first bytes stand that are not UTF-8; nil if all are.
  fileprivate var firstInvalidUTF8: Int? {
    if String(validating: self, as: UTF8.self) != nil { return nil }
    var decoder = UTF8()
    var iterator = makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return offset
      }
    }
  }
}
