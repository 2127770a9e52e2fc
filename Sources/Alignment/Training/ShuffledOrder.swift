/// The order in which transformers visits the examples of an epoch, so that a run can be laid over its twin there:
/// `torch.randperm` of a generator seeded with seed + epoch (accelerate's `SeedableRandomSampler`, torch 2.15).
struct ShuffledOrder: Sendable {
  let seed: UInt64

  func permutation(of count: Int, epoch: Int) -> [Int] {
    var generator = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed &+ UInt64(epoch)))
    var order = Array(0..<count)
    for position in order.indices.dropLast() {
      order.swapAt(position, position + Int(generator.next()) % (count - position))
    }
    return order
  }
}

/// MT19937 (Matsumoto and Nishimura 1998), torch's CPU generator.
struct MersenneTwister {
  private static let size = 624
  private var state: [UInt32]
  private var index = MersenneTwister.size

  init(seed: UInt32) {
    state = [seed]
    for position in 1..<UInt32(Self.size) {
      let last = state[Int(position) - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ position)
    }
  }

  mutating func next() -> UInt32 {
    if index == Self.size { refill() }
    var value = state[index]
    index += 1
    value ^= value >> 11
    value ^= value << 7 & 0x9D2C_5680
    value ^= value << 15 & 0xEFC6_0000
    return value ^ value >> 18
  }

  private mutating func refill() {
    for position in 0..<Self.size {
      let bits = state[position] & 0x8000_0000 | state[(position + 1) % Self.size] & 0x7FFF_FFFF
      let twist: UInt32 = bits & 1 == 0 ? 0 : 0x9908_B0DF
      state[position] = state[(position + 397) % Self.size] ^ bits >> 1 ^ twist
    }
    index = 0
  }
}
