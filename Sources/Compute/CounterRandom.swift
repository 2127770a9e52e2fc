import Foundation

/// Random numbers by name: a value is a pure function of seed, purpose, stream and index (`Philox`), so that no order
/// of evaluation and no thread count can change it.
public struct CounterRandom: Sendable, Hashable {
  /// Keeps uses of one seed apart.
  public enum Purpose: UInt32, Sendable {
    case initialization = 1
    case sampling = 3
    case minibatch = 4
    case dropout = 5
    case split = 6
    case resampling = 7
  }

  private let key: SIMD2<UInt32>
  private let purpose: UInt32

  public init(seed: UInt64, purpose: Purpose) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.purpose = purpose.rawValue
  }

  /// 128 random bits. Streams are below 2^56.
  ///
  /// The block of counter `[index, stream, purpose · 2^24]`, each the lower word first, under the seed as key.
  public func bits(stream: UInt64, index: UInt64) -> SIMD4<UInt32> {
    Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32) ^ (purpose << 24)),
      key: key)
  }

  /// Uniform in [0, 1) with 53 bits.
  public func uniform(stream: UInt64, index: UInt64) -> Double {
    let bits = bits(stream: stream, index: index)
    let word = UInt64(bits.x) << 32 | UInt64(bits.y)
    return Double(word >> 11) * 0x1p-53
  }

  /// Standard normal (Box and Muller).
  public func normal(stream: UInt64, index: UInt64) -> Double {
    let bits = bits(stream: stream, index: index)
    let first = (Double(UInt64(bits.x) << 32 | UInt64(bits.y)) + 0.5) * 0x1p-64
    let second = Double(UInt64(bits.z) << 32 | UInt64(bits.w)) * 0x1p-64
    return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
  }

  /// Uniform in `0..<bound`, without bias worth naming for bounds below 2^32.
  public func integer(below bound: Int, stream: UInt64, index: UInt64) -> Int {
    let bits = bits(stream: stream, index: index)
    let word = UInt64(bits.x) << 32 | UInt64(bits.y)
    return Int(word.multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A permutation of `0..<count` (Fisher and Yates), one for each stream.
  public func permutation(of count: Int, stream: UInt64) -> [Int] {
    var order = Array(0..<count)
    guard count > 1 else { return order }
    for position in stride(from: count - 1, through: 1, by: -1) {
      order.swapAt(position, integer(below: position + 1, stream: stream, index: UInt64(position)))
    }
    return order
  }
}
