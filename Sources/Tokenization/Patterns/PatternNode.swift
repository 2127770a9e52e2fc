/// A regular expression as a tree, for the part of Oniguruma's Ruby syntax that tokenizers use.
indirect enum PatternNode: Sendable {
  /// How a repetition gives back what it took.
  enum Greed: Sendable { case greedy, lazy, possessive }

  enum Assertion: Int32, Sendable {
    case lineStart, lineEnd, textStart, textEnd, lastLineEnd, wordBorder, noWordBorder
  }

  case set(ScalarSet)
  case sequence([PatternNode])
  /// The first that lets the whole pattern match counts.
  case alternatives([PatternNode])
  /// `maximum` nil is without bound.
  case repetition(PatternNode, minimum: Int, maximum: Int?, Greed)
  /// Matches once, and never otherwise.
  case atomic(PatternNode)
  case look(PatternNode, isAhead: Bool, isNegative: Bool)
  case assertion(Assertion)

  static let empty = PatternNode.sequence([])

  /// The scalars that a match may start with, and whether it may be empty.
  var first: (set: ScalarSet, isNullable: Bool) {
    switch self {
    case .set(let set): return (set, false)
    case .sequence(let nodes):
      var union = ScalarSet()
      for node in nodes {
        let (set, isNullable) = node.first
        union = union.union(set)
        if !isNullable { return (union, false) }
      }
      return (union, true)
    case .alternatives(let nodes):
      let parts = nodes.map(\.first)
      return (parts.reduce(ScalarSet()) { $0.union($1.set) }, parts.contains { $0.isNullable })
    case .repetition(let node, let minimum, _, _):
      let (set, isNullable) = node.first
      return (set, isNullable || minimum == 0)
    case .atomic(let node): return node.first
    case .look, .assertion: return (ScalarSet(), true)
    }
  }

  /// Whether a condition on the place is part of the pattern.
  var holdsCondition: Bool {
    switch self {
    case .set: false
    case .sequence(let nodes), .alternatives(let nodes): nodes.contains { $0.holdsCondition }
    case .repetition(let node, _, _, _), .atomic(let node): node.holdsCondition
    case .look, .assertion: true
    }
  }
}
