import Foundation
import JSONText

/// How the lines of a text file changed: a line counts as the same wherever it stands.
struct RowChanges: Hashable {
  private(set) var added = 0
  private(set) var removed = 0
  /// Lines that went while others came.
  private(set) var changed = 0
  private(set) var same = 0

  init(_ old: Data, _ new: Data) {
    var counts: [Data: Int] = [:]
    for line in old.split(separator: UInt8(ascii: "\n")) { counts[line, default: 0] += 1 }
    for line in new.split(separator: UInt8(ascii: "\n")) {
      if let count = counts[line], count > 0 {
        counts[line] = count - 1
        same += 1
      } else {
        added += 1
      }
    }
    removed = counts.values.reduce(0, +)
    changed = min(added, removed)
    added -= changed
    removed -= changed
  }

  var json: JSON {
    [
      "added": .integer(added), "removed": .integer(removed), "changed": .integer(changed),
      "same": .integer(same),
    ]
  }

  var text: String { "\(changed) changed, \(added) added, \(removed) removed, \(same) the same" }
}
