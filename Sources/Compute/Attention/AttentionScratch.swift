/// Memory in which one thread computes one head's attention of one segment.
struct AttentionScratch {
  /// The keys and values that the segment sees.
  let context: AttentionContext
  /// Products of a block of queries with the keys, `[queryBlock, tokens]`.
  let scores: UnsafeMutablePointer<Float>
  /// For gradients: keys and values in the other order, `[tokens, headSize]` and `[headSize, tokens]`.
  let keyRows, valueColumns: UnsafeMutablePointer<Float>
  /// Gradients of keys and values, `[tokens, headSize]`.
  let keyGradients, valueGradients: UnsafeMutablePointer<Float>
  /// Gradients of the scores.
  let dscores: UnsafeMutablePointer<Float>

  /// - Parameters:
  ///   - memory: room for `count(tokens:size:)` values.
  ///   - tokens: most that a segment sees.
  init(_ memory: UnsafeMutablePointer<Float>, tokens: Int, size: Int) {
    let columns = roundedToLanes(tokens)
    let part = columns * size
    context = AttentionContext(keys: memory, stride: columns, values: memory + part)
    keyRows = memory + 2 * part
    valueColumns = memory + 3 * part
    keyGradients = memory + 4 * part
    valueGradients = memory + 5 * part
    scores = memory + 6 * part
    dscores = scores + AttentionTask.queryBlock * columns
  }

  /// Values of memory for segments that see so many tokens; what a pass does not touch takes no room.
  static func count(tokens: Int, size: Int) -> Int {
    (6 * size + 2 * AttentionTask.queryBlock) * roundedToLanes(tokens)
  }
}
