/// Joins the symbols of one word, best rank first, in O(n log n).
///
/// Symbols form a linked list; candidates wait in a heap ordered by rank, then by position, and are dropped when
/// they have become stale.
struct SymbolMerger {
  private struct Symbol {
    var id: Int32
    var start: Int32
    var length: Int32
    var previous: Int32
    /// -1 after the last symbol.
    var next: Int32
    var isRemoved = false
  }

  private var symbols: [Symbol] = []
  private var queue = MinHeap<UInt64>()
  private var position: Int32 = 0

  mutating func reset() {
    symbols.removeAll(keepingCapacity: true)
    position = 0
  }

  mutating func append(_ id: Int32, length: Int) {
    let index = Int32(symbols.count)
    if index > 0 { symbols[symbols.count - 1].next = index }
    symbols.append(Symbol(id: id, start: position, length: Int32(length), previous: index - 1, next: -1))
    position += Int32(length)
  }

  /// Passes over bytes that no token stands for.
  mutating func skip(_ length: Int) { position += Int32(length) }

  mutating func mergeAll(with merges: MergeTable) {
    queue.removeAll()
    for index in 0..<Int32(max(0, symbols.count - 1)) { propose(index, merges) }
    while let candidate = queue.popFirst() {
      let index = Int(candidate & 0xFFFF_FFFF)
      let result = merges.results[Int(candidate >> 32)]
      let left = symbols[index]
      guard !left.isRemoved, left.next >= 0 else { continue }
      let right = symbols[Int(left.next)]
      guard merges.merge(left.id, right.id)?.result == result else { continue }

      symbols[Int(left.next)].isRemoved = true
      symbols[index].id = result
      symbols[index].length = right.start + right.length - left.start
      symbols[index].next = right.next
      if right.next >= 0 { symbols[Int(right.next)].previous = Int32(index) }
      if left.previous >= 0 { propose(left.previous, merges) }
      propose(Int32(index), merges)
    }
  }

  /// Queues the pair that starts at symbol `index`, if there is a merge for it.
  private mutating func propose(_ index: Int32, _ merges: MergeTable) {
    let left = symbols[Int(index)]
    guard left.next >= 0, let merge = merges.merge(left.id, symbols[Int(left.next)].id) else { return }
    queue.insert(UInt64(UInt32(bitPattern: merge.rank)) << 32 | UInt64(UInt32(bitPattern: index)))
  }

  func visit(_ body: (BPEEncoder.Token) -> Void) {
    for symbol in symbols where !symbol.isRemoved {
      let start = Int(symbol.start)
      body(BPEEncoder.Token(id: symbol.id, range: start..<start + Int(symbol.length)))
    }
  }
}
