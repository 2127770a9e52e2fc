import DataLoading
import Testing
import Tokenization

@Suite struct PackingTests {
  private func pack(_ texts: [String], length: Int, separator: String? = nil) throws -> [String] {
    let tokenizer = try Fixtures.byteTokenizer()
    let records = texts.enumerated().map { LocatedRecord(.text($1), line: $0 + 1) }
    let packer = CorpusPacker(tokenizer: tokenizer, segmentLength: length, documentSeparator: separator)
    return packer.segments(of: records).map { tokenizer.decode($0.ids) }
  }

  @Test func `documents form one stream with EOS between, cut without overlap`() throws {
    #expect(try pack(["abc", "de"], length: 4) == ["abc<|endoftext|>", "de<|endoftext|>"])
    #expect(try pack(["abcd", "e"], length: 3) == ["abc", "d<|endoftext|>e"])
  }

  @Test func `a separator cuts a file into documents`() throws {
    #expect(
      try pack(["ab\n--\ncd\n--\n \n--\n"], length: 3, separator: "\n--\n") == [
        "ab<|endoftext|>", "cd<|endoftext|>",
      ])
    #expect(try pack(["a<|endoftext|>"], length: 5) == ["a<|endoftext|>"])
  }

  @Test func `a last segment of one token is left out, as it trains nothing`() throws {
    #expect(try pack(["abc"], length: 3) == ["abc"])
    #expect(try pack([], length: 3) == [])
  }

  @Test func `every token of a segment is trained`() throws {
    let packer = CorpusPacker(tokenizer: try Fixtures.byteTokenizer(), segmentLength: 2)
    let segments = packer.segments(of: [LocatedRecord(.text("abcdef"), line: 1)])
    #expect(segments.count == 3)
    #expect(segments.allSatisfy { $0.trained == [true, true] && $0.completionStart == 0 })
  }
}
