/// Random numbers as a function of a key and a counter (SplitMix64's finaliser over a Weyl sequence).
///
/// Any number of a sequence can be had without those before it, and the sequence is fixed for ever: orders of rows
/// that were stored or compared depend on it. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014.
struct CounterRandom {
  private let key: UInt64

  /// A sequence of its own for every seed and stream.
  init(seed: UInt64, stream: UInt64) { key = Self.mix(Self.mix(seed) &+ Self.weyl &* (stream &+ 1)) }

  private static let weyl: UInt64 = 0x9E37_79B9_7F4A_7C15

  subscript(counter: UInt64) -> UInt64 { Self.mix(key &+ Self.weyl &* (counter &+ 1)) }

  /// Number `counter` as an integer below `bound`, by the high half of a product.
  func integer(below bound: Int, at counter: UInt64) -> Int {
    Int(self[counter].multipliedFullWidth(by: UInt64(bound)).high)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
