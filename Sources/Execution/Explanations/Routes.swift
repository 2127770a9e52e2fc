/// Which stages passed a change on to which.
struct Routes {
  /// So many ways are told; there may be exponentially many.
  private static let maximumWays = 8

  private var consumers: [String: [String]] = [:]

  /// Notes that a change of one stage is a change of an input of another.
  ///
  /// - Returns: whether the first was not known to pass anything on.
  mutating func add(from upstream: String, to consumer: String) -> Bool {
    let isNew = consumers[upstream] == nil
    if consumers[upstream]?.contains(consumer) != true { consumers[upstream, default: []].append(consumer) }
    return isNew
  }

  /// Ways from a stage to another, both named, the shortest first.
  func ways(from start: String, to end: String) -> [[String]] {
    var found: [[String]] = []
    var open = [[start]]
    while !open.isEmpty, found.count < Self.maximumWays {
      var longer: [[String]] = []
      for way in open {
        guard let last = way.last, last != end else {
          found.append(way)
          continue
        }
        longer += (consumers[last] ?? []).map { way + [$0] }
      }
      // Ways of one length; a bound on them bounds the search.
      open = Array(longer.prefix(64))
    }
    return Array(found.prefix(Self.maximumWays))
  }
}
