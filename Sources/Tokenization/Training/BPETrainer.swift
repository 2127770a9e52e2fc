/// Finds the merges of a byte-level BPE vocabulary, keeping pair counts up to date instead of counting anew.
///
/// Candidates wait in a heap; one whose count has changed since is put back with its new count.
struct BPETrainer {
  private struct Candidate: Comparable {
    var count: Int
    var left: [UInt8]
    var right: [UInt8]
    var pair: Pair

    /// The better candidate is the lesser, for a heap that gives its least element first.
    static func < (a: Candidate, b: Candidate) -> Bool {
      if a.count != b.count { return a.count > b.count }
      if a.left != b.left { return b.left.lexicographicallyPrecedes(a.left) }
      return b.right.lexicographicallyPrecedes(a.right)
    }

    static func == (a: Candidate, b: Candidate) -> Bool { a.count == b.count && a.pair == b.pair }
  }

  private struct Pair: Hashable {
    var left: Int32
    var right: Int32
  }

  private struct TrainingWord {
    var symbols: [Int32]
    var count: Int
  }

  /// The bytes of each token, from the first byte token on.
  private(set) var tokens: [[UInt8]]
  /// The pairs that were joined, as indices into `tokens`.
  private(set) var merges: [(left: Int, right: Int)] = []

  private var words: [TrainingWord]
  private var counts: [Pair: Int] = [:]
  /// Words in which a pair occurs or once occurred, each possibly more than once.
  private var places: [Pair: [Int32]] = [:]
  private var queue = MinHeap<Candidate>()

  init(words: [ArraySlice<UInt8>: Int]) {
    let order = ByteAlphabet.scalars.indices.sorted { ByteAlphabet.scalars[$0] < ByteAlphabet.scalars[$1] }
    tokens = order.map { [UInt8($0)] }
    var symbols = [Int32](repeating: 0, count: 256)
    for (index, byte) in order.enumerated() { symbols[byte] = Int32(index) }
    self.words = words.map { bytes, count in
      TrainingWord(symbols: bytes.map { symbols[Int($0)] }, count: count)
    }
    for (index, word) in self.words.enumerated() {
      for pair in Self.pairs(of: word.symbols) { count(pair, by: word.count, in: index) }
    }
    for pair in counts.keys { propose(pair) }
  }

  mutating func run(merges total: Int, minimumFrequency: Int, _ progress: (BPETrainingProgress) -> Void) {
    while merges.count < total, let best = popBest(), best.count >= max(1, minimumFrequency) {
      tokens.append(best.left + best.right)
      join(best.pair, as: Int32(tokens.count - 1))
      merges.append((Int(best.pair.left), Int(best.pair.right)))
      if merges.count % 64 == 0 || merges.count == total {
        progress(BPETrainingProgress(merges: merges.count, total: total))
      }
    }
  }

  private mutating func popBest() -> Candidate? {
    while let best = queue.popFirst() {
      let count = counts[best.pair] ?? 0
      if count == best.count { return best }
      propose(best.pair)
    }
    return nil
  }

  private mutating func propose(_ pair: Pair) {
    guard let count = counts[pair], count > 0 else { return }
    queue.insert(
      Candidate(count: count, left: tokens[Int(pair.left)], right: tokens[Int(pair.right)], pair: pair))
  }

  private mutating func join(_ pair: Pair, as id: Int32) {
    var grown: Set<Pair> = []
    for place in Set(places.removeValue(forKey: pair) ?? []) {
      let index = Int(place)
      let old = words[index].symbols
      let new = Self.joined(old, pair, id)
      if new.count == old.count { continue }
      let count = words[index].count
      for pair in Self.pairs(of: old) { counts[pair, default: 0] -= count }
      for pair in Self.pairs(of: new) {
        if pair.left == id || pair.right == id {
          self.count(pair, by: count, in: index)
          grown.insert(pair)
        } else {
          counts[pair, default: 0] += count
        }
      }
      words[index].symbols = new
    }
    counts[pair] = nil
    // A pair that only lost occurrences is still queued with its old, greater count.
    for pair in grown { propose(pair) }
  }

  private mutating func count(_ pair: Pair, by count: Int, in word: Int) {
    counts[pair, default: 0] += count
    if places[pair]?.last != Int32(word) { places[pair, default: []].append(Int32(word)) }
  }

  private static func joined(_ symbols: [Int32], _ pair: Pair, _ id: Int32) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(symbols.count)
    var index = 0
    while index < symbols.count {
      if index + 1 < symbols.count, symbols[index] == pair.left, symbols[index + 1] == pair.right {
        result.append(id)
        index += 2
      } else {
        result.append(symbols[index])
        index += 1
      }
    }
    return result
  }

  private static func pairs(of symbols: [Int32]) -> [Pair] {
    zip(symbols, symbols.dropFirst()).map { Pair(left: $0, right: $1) }
  }
}
