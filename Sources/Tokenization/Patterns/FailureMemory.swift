/// Which instruction failed at which place of a text, once going back has become frequent.
///
/// A pair is open while choices that came from it are left; it has failed when all of them are used up, and is
/// forgotten if a match is found first.
struct FailureMemory {
  private let instructions: Int
  private let positions: Int
  /// Goings back until the memory is worth its space.
  private var patience: Int
  private var seen: [UInt64] = []
  private var open: [(bit: Int, depth: Int)] = []

  init(instructions: Int, positions: Int) {
    self.instructions = instructions
    self.positions = positions
    patience = 4 * positions + 256
  }

  var openCount: Int { open.count }

  /// Whether a pair has not been tried before; it is marked as tried, with `depth` choices below it.
  mutating func isNew(_ instruction: Int, _ position: Int, depth: Int) -> Bool {
    if patience > 0 {
      patience -= 1
      return true
    }
    if seen.isEmpty { seen = [UInt64](repeating: 0, count: (instructions * positions + 63) / 64) }
    let bit = position * instructions + instruction
    let mask = UInt64(1) << UInt64(bit & 63)
    if seen[bit >> 6] & mask != 0 { return false }
    seen[bit >> 6] |= mask
    open.append((bit, depth))
    return true
  }

  /// Holds pairs for failed whose choices are used up: only `depth` choices are left.
  mutating func settle(above depth: Int) {
    while let last = open.last, last.depth > depth { open.removeLast() }
  }

  /// Forgets the open pairs that came after the first `count`.
  mutating func forgetOpen(downTo count: Int) {
    while open.count > count, let last = open.popLast() {
      seen[last.bit >> 6] &= ~(UInt64(1) << UInt64(last.bit & 63))
    }
  }
}
