import Synchronization

/// The chunks of a loop that one thread of a team takes first, and that others help with when theirs are done.
///
/// Takes a cache line and the next for itself, as every thread writes to its share all the time.
struct ChunkShare: ~Copyable {
  /// One word: generation of the loop (24 bits), end of the chunks that are left (20), first of them (20).
  private let word = Atomic<UInt64>(0)
  private let padding = SIMD8<UInt64>.zero

  private static let bits: UInt64 = 20
  private static let mask: UInt64 = (1 << bits) - 1
  /// Most chunks that a loop can have.
  static let most = Int(mask)

  /// Hands out chunks of a new loop.
  func publish(_ chunks: Range<Int>, generation: UInt64) {
    word.store(
      generation << (2 * Self.bits) | UInt64(chunks.upperBound) << Self.bits | UInt64(chunks.lowerBound),
      ordering: .sequentiallyConsistent)
  }

  var isEmpty: Bool { Self.isEmpty(word.load(ordering: .sequentiallyConsistent)) }

  /// The first chunk that is left, for the thread whose share this is.
  func takeFirst() -> Int? { take { ($0 + 1, Int($0 & Self.mask)) } }

  /// The last chunk that is left, for a thread that helps: what lies beside the owner's is the owner's.
  func takeLast() -> Int? { take { ($0 - (1 << Self.bits), Int($0 >> Self.bits & Self.mask) - 1) } }

  private func take(_ next: (UInt64) -> (word: UInt64, chunk: Int)) -> Int? {
    var current = word.load(ordering: .acquiring)
    while !Self.isEmpty(current) {
      let (left, chunk) = next(current)
      let (exchanged, original) = word.weakCompareExchange(
        expected: current, desired: left, ordering: .acquiringAndReleasing)
      if exchanged { return chunk }
      current = original
    }
    return nil
  }

  private static func isEmpty(_ word: UInt64) -> Bool { word & mask >= word >> bits & mask }
}
