/// Stages in the order of a table, the instances of a matrix taken together.
struct InstanceRows<Element> {
  /// Stages of one declaration; more than one only for a matrix.
  struct Group {
    /// Such as `sft`, or `dpo ×6` for a matrix.
    var title: String
    var members: [Element]
  }

  private(set) var groups: [Group] = []

  /// - Parameter name: of a stage; instances are called `stage@point`.
  init(_ elements: [Element], name: (Element) -> String) {
    var places: [String: Int] = [:]
    for element in elements {
      let full = name(element)
      guard let at = full.firstIndex(of: "@") else {
        groups.append(Group(title: full, members: [element]))
        continue
      }
      let declared = String(full[..<at])
      if let place = places[declared] {
        groups[place].members.append(element)
      } else {
        places[declared] = groups.count
        groups.append(Group(title: full, members: [element]))
      }
    }
    for (declared, place) in places where groups[place].members.count > 1 {
      groups[place].title = "\(declared) ×\(groups[place].members.count)"
    }
  }
}

extension Sequence where Element == String {
  /// How often each word occurs, in the order of first appearance: `4 cached, 2 run`; the word alone if all agree.
  var tally: String {
    var counts: [(word: String, count: Int)] = []
    for word in self {
      if let index = counts.firstIndex(where: { $0.word == word }) {
        counts[index].count += 1
      } else {
        counts.append((word, 1))
      }
    }
    return counts.count == 1
      ? counts[0].word : counts.map { "\($0.count) \($0.word)" }.joined(separator: ", ")
  }
}
