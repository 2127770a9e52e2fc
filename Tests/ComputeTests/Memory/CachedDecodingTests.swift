import Compute
import TestSupport
import Testing

@Suite struct CachedDecodingTests {
  private let model = TinyTransformer()
  private let sequences: [[Int32]] = [
    (0..<90).map { ($0 * 7) % 40 }, [3], (0..<33).map { ($0 * 11) % 40 }, (0..<70).map { ($0 * 3) % 40 },
  ]

  /// Hidden states of whole sequences, without a cache: `[tokens][hidden]` for each.
  private func whole(_ workspace: Workspace) -> [[[Float]]] {
    sequences.map { sequence in
      let states = model.states(
        sequence, positions: (0..<Int32(sequence.count)).map { $0 }, [Segment(rows: 0..<sequence.count)],
        workspace: workspace)
      workspace.arena.reset()
      return states
    }
  }

  /// Feeds parts of the sequences, several to a batch, and gathers the states.
  ///
  /// - Parameter parts: how many tokens each batch takes of each sequence.
  private func decode(_ parts: [[Int]], _ workspace: Workspace) -> [[[Float]]] {
    let cache = KeyValueCache(
      layers: TinyTransformer.layers, slots: sequences.count, capacity: 90, keyValueHeads: 2, headSize: 8)
    var states = sequences.map { _ in [[Float]]() }
    for part in parts {
      var tokens: [Int32] = []
      var positions: [Int32] = []
      var segments: [Segment] = []
      for (slot, count) in part.enumerated() where count > 0 {
        let past = cache.lengths[slot]
        segments.append(Segment(rows: tokens.count..<tokens.count + count, past: past, slot: slot))
        tokens += sequences[slot][past..<past + count]
        positions += (past..<past + count).map(Int32.init)
      }
      let rows = model.states(tokens, positions: positions, segments, cache: cache, workspace: workspace)
      workspace.arena.reset()
      for segment in segments { states[segment.slot] += rows[segment.rows] }
    }
    return states
  }

  private func expectEqual(_ found: [[[Float]]], _ expected: [[[Float]]]) {
    for (mine, wanted) in zip(found, expected) {
      #expect(mine.count == wanted.count)
      for (row, other) in zip(mine, wanted) {
        #expect(greatestDifference(row.map(Double.init), other.map(Double.init)) < 2e-5)
      }
    }
  }

  @Test func `Decoding one token at a time equals the full pass`() {
    let workspace = Workspace(threads: 2)
    let steps = (0..<90).map { step in sequences.map { step < $0.count ? 1 : 0 } }
    expectEqual(decode(steps, workspace), whole(workspace))
  }

  @Test func `Prompts enter a batch beside sequences under way`() {
    let workspace = Workspace(threads: 2)
    let parts = [
      [65, 0, 0, 0], [1, 1, 0, 0], [1, 0, 32, 0], [1, 0, 1, 69], [22, 0, 0, 1],
    ]
    expectEqual(decode(parts, workspace), whole(workspace))
  }

  @Test(.tags(.determinism)) func `Any number of threads gives the same bits`() {
    let parts = [[65, 1, 0, 3], [1, 0, 33, 66], [24, 0, 0, 1]]
    let one = decode(parts, Workspace(threads: 1))
    for threads in [2, 3, 8] { #expect(decode(parts, Workspace(threads: threads)) == one) }
  }

  @Test func `A cleared slot takes another sequence`() {
    let workspace = Workspace(threads: 2)
    let cache = KeyValueCache(
      layers: TinyTransformer.layers, slots: 1, capacity: 90, keyValueHeads: 2, headSize: 8)
    let expected = whole(workspace)
    for (sequence, wanted) in zip(sequences, expected) {
      let states = model.states(
        sequence, positions: (0..<Int32(sequence.count)).map { $0 }, [Segment(rows: 0..<sequence.count)],
        cache: cache, workspace: workspace)
      workspace.arena.reset()
      #expect(cache.lengths == [sequence.count])
      expectEqual([states], [wanted])
      cache.clear(slot: 0)
      #expect(cache.lengths == [0])
    }
  }
}
