/// A fixed text to look for.
struct LiteralPattern: Sendable {
  let bytes: [UInt8]

  /// Where the text occurs, from left to right without overlap.
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
