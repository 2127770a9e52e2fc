/// Ids of a text, and for each the bytes of the input that it stands for.
struct Encoding {
  var ids: [Int32] = []
  /// Empty unless offsets were asked for.
  var offsets: [Range<Int>] = []
}
