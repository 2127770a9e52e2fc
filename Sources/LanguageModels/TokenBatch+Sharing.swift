/// Where the tokens of one sequence lie in a batch.
public struct SequenceRows: Sendable, Hashable {
  /// Consecutive parts, first tokens first; all but the last may be other sequences' too.
  private let parts: [Range<Int>]

  init(_ parts: [Range<Int>]) { self.parts = parts }

  /// The row of a token by its index in the sequence.
  public subscript(_ token: Int) -> Int {
    var index = token
    for part in parts {
      if index < part.count { return part.lowerBound + index }
      index -= part.count
    }
    preconditionFailure("token \(token) of a sequence with \(parts.reduce(0) { $0 + $1.count })")
  }

  /// The row of the last token.
  public var last: Int {
    guard let part = parts.last(where: { !$0.isEmpty }) else {
      preconditionFailure("a sequence without tokens")
    }
    return part.upperBound - 1
  }
}

extension TokenBatch {
  /// Tokens that sequences must have in common for them to be computed once: below, more and smaller products cost
  /// what is saved.
  package static let leastShared = 16

  /// Adds sequences; tokens that several of them begin with are there once.
  ///
  /// What a causal model computes of a token depends on the tokens before it only, so the sequences of a prompt with
  /// several answers, or of one system message, share what they begin with, forward and backward.
  ///
  /// - Returns: where the tokens of each sequence are.
  package mutating func append(sharing sequences: [some RandomAccessCollection<Int32>]) -> [SequenceRows] {
    var places: [SequenceRows?] = Array(repeating: nil, count: sequences.count)
    place(sequences, Array(sequences.indices), after: [], into: &places)
    return places.map { place in
      guard let place else { preconditionFailure("every sequence has a place") }
      return place
    }
  }

  /// - Parameters:
  ///   - members: sequences that begin with the tokens of `prefix`.
  private mutating func place<Tokens: RandomAccessCollection<Int32>>(
    _ sequences: [Tokens], _ members: [Int], after prefix: [Range<Int>], into places: inout [SequenceRows?]
  ) {
    let depth = prefix.reduce(0) { $0 + $1.count }
    for group in Self.groups(sequences, members, from: depth) {
      let rest = sequences[group[0]].dropFirst(depth)
      guard group.count > 1 else {
        let own = rest.isEmpty ? [] : [prefix.isEmpty ? append(rest) : append(rest, after: prefix)]
        places[group[0]] = SequenceRows(prefix + own)
        continue
      }
      let shared =
        group.dropFirst().map { member in
          zip(rest, sequences[member].dropFirst(depth)).prefix { $0 == $1 }.count
        }.min() ?? 0
      let common = rest.prefix(shared)
      let rows = prefix.isEmpty ? append(common) : append(common, after: prefix)
      place(sequences, group, after: prefix + [rows], into: &places)
    }
  }

  /// Members that go on with the same tokens, in the order of their first.
  private static func groups<Tokens: RandomAccessCollection<Int32>>(
    _ sequences: [Tokens], _ members: [Int], from depth: Int
  ) -> [[Int]] {
    var groups: [[Int]] = []
    var known: [[Int32]: Int] = [:]
    for member in members {
      let start = Array(sequences[member].dropFirst(depth).prefix(leastShared))
      if start.count == leastShared, let group = known[start] {
        groups[group].append(member)
        continue
      }
      known[start] = groups.count
      groups.append([member])
    }
    return groups
  }
}
