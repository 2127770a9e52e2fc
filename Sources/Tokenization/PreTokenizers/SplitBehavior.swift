import Diagnostics

/// What becomes of the delimiters that a text is cut at.
enum SplitBehavior: String, Sendable, CaseIterable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  /// Neighbouring delimiters stay together.
  case contiguous = "Contiguous"

  init(_ definition: JSONCursor) throws(Diagnostic) {
    let name = try definition.string()
    guard let behavior = Self(rawValue: name) else {
      throw definition.unsupported("\"\(name)\"", supported: Self.allCases.map(\.rawValue))
    }
    self = behavior
  }

  /// The parts that `whole` is cut into at `delimiters`; some may be empty.
  ///
  /// Follows `NormalizedString::split` of `tokenizers` 0.23.
  ///
  /// - Parameter isInverted: whether what lies between the delimiters takes their part.
  func parts(of whole: Range<Int>, at delimiters: [Range<Int>], isInverted: Bool) -> [Range<Int>] {
    var pieces: [(range: Range<Int>, isDelimiter: Bool)] = []
    pieces.reserveCapacity(delimiters.count * 2 + 1)
    var end = whole.lowerBound
    for delimiter in delimiters {
      if end < delimiter.lowerBound { pieces.append((end..<delimiter.lowerBound, isInverted)) }
      pieces.append((delimiter, !isInverted))
      end = delimiter.upperBound
    }
    if end < whole.upperBound { pieces.append((end..<whole.upperBound, isInverted)) }
    switch self {
    case .removed: return pieces.lazy.filter { !$0.isDelimiter }.map(\.range)
    case .isolated: return pieces.map(\.range)
    case .contiguous: return Self.joined(pieces) { $0 == $1 }
    case .mergedWithPrevious: return Self.joined(pieces) { !$0 && $1 }
    case .mergedWithNext:
      return Self.joined(pieces.reversed()) { !$0 && $1 }.reversed()
    }
  }

  /// Joins each piece to the one before it where `belongs` says so of the two kinds.
  private static func joined(
    _ pieces: [(range: Range<Int>, isDelimiter: Bool)], where belongs: (Bool, Bool) -> Bool
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var before = false
    for piece in pieces {
      if let last = result.last, belongs(before, piece.isDelimiter) {
        result[result.count - 1] =
          min(last.lowerBound, piece.range.lowerBound)..<max(last.upperBound, piece.range.upperBound)
      } else {
        result.append(piece.range)
      }
      before = piece.isDelimiter
    }
    return result
  }
}
