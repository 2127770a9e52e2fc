/// Keys and values of the tokens that sequences have so far, one slot per sequence.
///
/// Each layer keeps, for each slot and head, the keys `[headSize, capacity]` and the values `[capacity, headSize]`:
/// the orders in which attention reads them.
public final class KeyValueCache {
  public let slots: Int
  /// Positions each slot has room for.
  public let capacity: Int
  private let keyValueHeads: Int
  private let headSize: Int
  private let keys: [FloatBuffer]
  private let values: [FloatBuffer]
  /// Tokens each slot holds.
  public private(set) var lengths: [Int]

  /// - Parameter capacity: most tokens of a sequence; rounded up to whole lanes.
  public init(layers: Int, slots: Int, capacity: Int, keyValueHeads: Int, headSize: Int) {
    self.slots = slots
    self.capacity = roundedToLanes(capacity)
    self.keyValueHeads = keyValueHeads
    self.headSize = headSize
    lengths = Array(repeating: 0, count: slots)
    let count = slots * self.capacity * keyValueHeads * headSize
    keys = (0..<layers).map { _ in FloatBuffer(count: count) }
    values = (0..<layers).map { _ in FloatBuffer(count: count) }
  }

  /// The part that one layer's attention reads and extends.
  public struct Layer {
    fileprivate let cache: KeyValueCache
    fileprivate let keys: UnsafeMutablePointer<Float>
    fileprivate let values: UnsafeMutablePointer<Float>

    /// What one head has of one slot's tokens.
    func context(_ slot: Int, _ head: Int) -> AttentionContext {
      let start = (slot * cache.keyValueHeads + head) * cache.capacity * cache.headSize
      return AttentionContext(keys: keys + start, stride: cache.capacity, values: values + start)
    }

    func append(_ x: Tensor, _ shape: AttentionShape, _ segments: [Segment]) {
      for segment in segments {
        precondition(
          segment.past + segment.rows.count <= cache.capacity,
          "\(segment.past + segment.rows.count) tokens in a cache for \(cache.capacity)")
        for head in 0..<shape.keyValueHeads {
          context(segment.slot, head).store(segment.rows, of: x, shape, head: head, at: segment.past)
        }
      }
    }
  }

  public func layer(_ index: Int) -> Layer {
    Layer(cache: self, keys: keys[index].pointer, values: values[index].pointer)
  }

  /// Notes that the forward pass over these segments has stored their tokens.
  public func advance(_ segments: [Segment]) {
    for segment in segments { lengths[segment.slot] = segment.past + segment.rows.count }
  }

  /// Gives a slot the tokens of another.
  public func copy(slot: Int, to other: Int) {
    let length = lengths[slot]
    for index in keys.indices {
      let layer = layer(index)
      for head in 0..<keyValueHeads {
        let (source, target) = (layer.context(slot, head), layer.context(other, head))
        for row in 0..<headSize {
          (target.keys + row * capacity).update(from: source.keys + row * capacity, count: length)
        }
        target.values.update(from: source.values, count: length * headSize)
      }
    }
    lengths[other] = length
  }

  /// Empties a slot for another sequence.
  public func clear(slot: Int) { lengths[slot] = 0 }
}
