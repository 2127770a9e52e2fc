/// Fills packs of a given length with rows, so that a batch holds about as many tokens whatever its rows' lengths.
///
/// Packs and their order are those of TRL 1.16 (`trl/data_utils.py`, `pack_dataset`; best-fit decreasing after Ding et
/// al. 2024), except that the pieces of a `wrapped` pack stay rows of their own: they neither see nor predict each
/// other, and positions restart with each. A piece's first token is never a target.
public struct SequencePacker: Sendable {
  /// Rows that are packed together, as TRL maps its data sets.
  static let rowsPerGroup = 1000

  public let strategy: PackingStrategy
  /// Most tokens of a pack.
  public let capacity: Int

  /// - Precondition: a pack holds at least two tokens, so that one has another before it.
  public init(_ strategy: PackingStrategy, capacity: Int) {
    precondition(capacity > 1, "packs of \(capacity) tokens")
    self.strategy = strategy
    self.capacity = capacity
  }

  public func packs(_ rows: [TokenizedSequence]) -> [SequencePack] {
    stride(from: 0, to: rows.count, by: Self.rowsPerGroup).flatMap { start in
      let group = rows[start..<min(start + Self.rowsPerGroup, rows.count)]
      return switch strategy {
      case .bestFit: bestFit(group.map { $0.truncated(to: capacity) })
      case .bestFitSplit: bestFit(group.flatMap(split))
      case .wrapped: wrapped(group)
      }
    }
  }

  /// A row as pieces no longer than a pack; itself if it is not longer.
  public func split(_ row: TokenizedSequence) -> [TokenizedSequence] {
    stride(from: 0, to: row.ids.count, by: capacity).map { start in
      row.piece(start..<min(start + capacity, row.ids.count))
    }
  }

  private func wrapped(_ rows: ArraySlice<TokenizedSequence>) -> [SequencePack] {
    var packs: [SequencePack] = []
    var room = 0
    for row in rows {
      var start = 0
      while start < row.ids.count {
        if room == 0 {
          packs.append(SequencePack([]))
          room = capacity
        }
        let end = min(start + room, row.ids.count)
        packs[packs.count - 1].rows.append(row.piece(start..<end))
        room -= end - start
        start = end
      }
    }
    return packs
  }

  /// Longest rows first, each into the pack with the least room that suffices; among equal ones the oldest.
  private func bestFit(_ rows: [TokenizedSequence]) -> [SequencePack] {
    let order = rows.indices.filter { !rows[$0].ids.isEmpty }.sorted {
      (rows[$1].ids.count, $0) < (rows[$0].ids.count, $1)
    }
    var packs: [SequencePack] = []
    var open = PacksByRoom(capacity: capacity)
    for index in order {
      let length = rows[index].ids.count
      let found = open.takePack(for: length)
      if let found {
        packs[found.pack].rows.append(rows[index])
        open.add(found.pack, room: found.room - length)
      } else {
        packs.append(SequencePack([rows[index]]))
        open.add(packs.count - 1, room: capacity - length)
      }
    }
    return packs
  }
}

/// Packs that have room left, by how much.
private struct PacksByRoom {
  /// Packs with each amount of room, oldest first, and how many of them are taken.
  private var queues: [(packs: [Int], taken: Int)]
  /// One bit per amount of room that some pack has.
  private var occupied: [UInt64]

  init(capacity: Int) {
    queues = Array(repeating: ([], 0), count: capacity + 1)
    occupied = Array(repeating: 0, count: capacity / 64 + 1)
  }

  mutating func add(_ pack: Int, room: Int) {
    guard room > 0 else { return }
    queues[room].packs.append(pack)
    occupied[room / 64] |= 1 << UInt64(room % 64)
  }

  /// The oldest pack among those with the least room that is at least `length`.
  mutating func takePack(for length: Int) -> (pack: Int, room: Int)? {
    guard let room = leastRoom(from: length) else { return nil }
    let pack = queues[room].packs[queues[room].taken]
    queues[room].taken += 1
    if queues[room].taken == queues[room].packs.count {
      queues[room] = ([], 0)
      occupied[room / 64] &= ~(1 << UInt64(room % 64))
    }
    return (pack, room)
  }

  private func leastRoom(from length: Int) -> Int? {
    var word = length / 64
    var bits = occupied[word] & (~0 << UInt64(length % 64))
    while bits == 0 {
      word += 1
      guard word < occupied.count else { return nil }
      bits = occupied[word]
    }
    return word * 64 + bits.trailingZeroBitCount
  }
}
