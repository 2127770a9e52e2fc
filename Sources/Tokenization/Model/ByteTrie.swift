/// Finds the longest of a set of byte strings at a place in a text.
struct ByteTrie: Sendable {
  private var children: [UInt64: Int32] = [:]
  private var values: [Int32] = [-1]
  private var isFirstByte = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { children.isEmpty }

  mutating func insert(_ bytes: some Collection<UInt8>, value: Int32) {
    guard let first = bytes.first else { return }
    isFirstByte[Int(first)] = true
    var node: Int32 = 0
    for byte in bytes {
      let key = Self.key(node, byte)
      if let child = children[key] {
        node = child
      } else {
        let child = Int32(values.count)
        values.append(-1)
        children[key] = child
        node = child
      }
    }
    // The first of equal patterns counts.
    if values[Int(node)] < 0 { values[Int(node)] = value }
  }

  func longestMatch(in text: ArraySlice<UInt8>, at start: Int) -> (value: Int32, end: Int)? {
    guard isFirstByte[Int(text[start])] else { return nil }
    var node: Int32 = 0
    var best: (Int32, Int)?
    var index = start
    while index < text.endIndex, let child = children[Self.key(node, text[index])] {
      node = child
      index += 1
      if values[Int(node)] >= 0 { best = (values[Int(node)], index) }
    }
    return best
  }

  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
    UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
  }
}
