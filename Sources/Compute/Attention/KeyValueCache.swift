/// Keys and values of the tokens that sequences have so far, one slot per sequence.
///
/// Each layer keeps `[slots, positions, keyValueHeads · headSize]`, keys and values apart.
public final class KeyValueCache {
  public let slots: Int
  /// Positions each slot has room for.
  public let capacity: Int
  /// Columns of a row: all key-value heads of one position.
  let width: Int
  let headSize: Int
  private let keys: [FloatBuffer]
  private let values: [FloatBuffer]
  /// Tokens each slot holds.
  public private(set) var lengths: [Int]

  public init(layers: Int, slots: Int, capacity: Int, keyValueHeads: Int, headSize: Int) {
    self.slots = slots
    self.capacity = capacity
    self.headSize = headSize
    width = keyValueHeads * headSize
    lengths = Array(repeating: 0, count: slots)
    let count = slots * capacity * width
    keys = (0..<layers).map { _ in FloatBuffer(count: count) }
    values = (0..<layers).map { _ in FloatBuffer(count: count) }
  }

  /// The part that one layer's attention reads and extends.
  public struct Layer {
    let cache: KeyValueCache
    let keyRows: UnsafeMutablePointer<Float>
    let valueRows: UnsafeMutablePointer<Float>

    private func start(_ slot: Int, _ head: Int) -> Int {
      slot * cache.capacity * cache.width + head * cache.headSize
    }

    func keys(_ slot: Int, _ head: Int) -> MatrixOperand {
      MatrixOperand(keyRows + start(slot, head), stride: cache.width)
    }

    func values(_ slot: Int, _ head: Int) -> MatrixOperand {
      MatrixOperand(valueRows + start(slot, head), stride: cache.width)
    }

    func append(_ x: Tensor, _ shape: AttentionShape, _ segments: [Segment]) {
      for segment in segments {
        precondition(
          segment.past + segment.rows.count <= cache.capacity,
          "\(segment.past + segment.rows.count) tokens in a cache for \(cache.capacity)")
        for (step, row) in segment.rows.enumerated() {
          let source = x.values + row * x.columns
          let target = (segment.slot * cache.capacity + segment.past + step) * cache.width
          for head in 0..<shape.keyValueHeads {
            let offset = target + head * shape.headSize
            (keyRows + offset).update(from: source + shape.keys[head], count: shape.headSize)
            (valueRows + offset).update(from: source + shape.values[head], count: shape.headSize)
          }
        }
      }
    }
  }

  public func layer(_ index: Int) -> Layer {
    Layer(cache: self, keyRows: keys[index].pointer, valueRows: values[index].pointer)
  }

  /// Notes that the forward pass over these segments has stored their tokens.
  public func advance(_ segments: [Segment]) {
    for segment in segments { lengths[segment.slot] = segment.past + segment.rows.count }
  }

  /// Empties a slot for another sequence.
  public func clear(slot: Int) { lengths[slot] = 0 }
}
