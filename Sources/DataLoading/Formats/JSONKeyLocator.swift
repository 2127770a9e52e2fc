/// Finds where the keys of a JSON object are written, for errors about a field.
enum JSONKeyLocator {
  /// The index of the opening quote of a key of the outermost object; nil if it is not written plainly there.
  static func offset(of key: String, in bytes: ArraySlice<UInt8>) -> Int? {
    let name = Array("\"\(key)\"".utf8)
    var depth = 0
    var index = bytes.startIndex
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        let end = endOfString(in: bytes, from: index)
        if depth == 1, bytes[index..<end].elementsEqual(name),
          bytes[end...].first(where: { !$0.isJSONWhitespace }) == UInt8(ascii: ":")
        {
          return index
        }
        index = end
        continue
      default: break
      }
      index += 1
    }
    return nil
  }

  /// The index after the closing quote of the string that opens at `start`.
  static func endOfString(in bytes: ArraySlice<UInt8>, from start: Int) -> Int {
    var index = start + 1
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "\\") {
        index += 1
      } else if bytes[index] == UInt8(ascii: "\"") {
        return index + 1
      }
      index += 1
    }
    return bytes.endIndex
  }
}
