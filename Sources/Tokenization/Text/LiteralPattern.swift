import Diagnostics

/// A fixed text to look for, as `{"String": "…"}` in tokenizer.json.
struct LiteralPattern: Sendable {
  let bytes: [UInt8]

  init(_ definition: JSONCursor) throws(Diagnostic) {
    guard let literal = definition.optional("String") else {
      throw definition.unsupported("a regular expression", supported: ["{\"String\": …}"])
    }
    bytes = Array(try literal.string().utf8)
    if bytes.isEmpty { throw literal.fail("must not be empty") }
  }

  /// Where the pattern occurs, from left to right without overlap.
  func matches(in text: ArraySlice<UInt8>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = text.startIndex
    while index + bytes.count <= text.endIndex {
      if text[index] == bytes[0], text[index..<index + bytes.count].elementsEqual(bytes) {
        found.append(index..<index + bytes.count)
        index += bytes.count
      } else {
        index += 1
      }
    }
    return found
  }
}
