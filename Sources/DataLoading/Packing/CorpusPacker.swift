import Tokenization

/// Cuts a corpus into segments of equal length for pre-training, every token of it trained.
///
/// Each document is encoded on its own, with the post-processor's tokens, and ends with EOS; the documents form one
/// stream, which is cut without overlap (TRL's packing strategy `wrapped`). The last segment may be shorter.
public struct CorpusPacker: Sendable {
  public let tokenizer: Tokenizer
  /// Tokens of a segment.
  public let segmentLength: Int
  /// Text that stands between documents of a plain-text file; nil if a file is one document.
  public let documentSeparator: String?

  /// - Precondition: a segment holds at least two tokens, so that one has another before it.
  public init(tokenizer: Tokenizer, segmentLength: Int, documentSeparator: String? = nil) {
    precondition(segmentLength > 1, "segments of \(segmentLength) tokens")
    self.tokenizer = tokenizer
    self.segmentLength = segmentLength
    self.documentSeparator = documentSeparator
  }

  /// The segments of text records, in order; records of other shapes hold no document.
  public func segments(of records: [LocatedRecord]) -> [TokenizedSequence] {
    var segments: [TokenizedSequence] = []
    var buffer: [Int32] = []
    var line = 1
    for record in records {
      guard case .text(let text) = record.record else { continue }
      for document in documents(of: text) {
        if buffer.isEmpty { line = record.line }
        buffer += ids(of: document)
        var start = 0
        while buffer.count - start >= segmentLength {
          segments.append(segment(buffer[start..<start + segmentLength], line))
          start += segmentLength
          line = record.line
        }
        buffer.removeFirst(start)
      }
    }
    if buffer.count > 1 { segments.append(segment(buffer[...], line)) }
    return segments
  }

  private func segment(_ ids: ArraySlice<Int32>, _ line: Int) -> TokenizedSequence {
    TokenizedSequence(ids: Array(ids), completionStart: 0, line: line)
  }

  /// The ids of a document with EOS at the end, once.
  private func ids(of document: String) -> [Int32] {
    var ids = tokenizer.encode(document)
    if let eos = tokenizer.specialTokens.eos?.id, ids.last != eos { ids.append(eos) }
    return ids
  }

  private func documents(of text: String) -> [String] {
    guard let documentSeparator, !documentSeparator.isEmpty else { return [text] }
    let bytes = Array(text.utf8)
    let separator = Array(documentSeparator.utf8)
    var documents: [String] = []
    var start = 0
    var index = 0
    while index + separator.count <= bytes.count {
      if bytes[index] == separator[0], bytes[index..<index + separator.count].elementsEqual(separator) {
        documents.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += separator.count
        start = index
      } else {
        index += 1
      }
    }
    documents.append(String(decoding: bytes[start...], as: UTF8.self))
    return documents.filter { !$0.isBlank }
  }
}
