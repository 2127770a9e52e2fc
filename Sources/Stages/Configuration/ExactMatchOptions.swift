import Alignment
import Pipeline

/// Where the result stands in an answer.
struct ExactMatchOptions: Configurable, Hashable {
  var marker = ""

  static var fields: [Field<Self>] {
    [
      .string(
        "marker", \.marker,
        "The result follows its last occurrence, up to the end of the line; empty: the whole answer.")
    ]
  }

  var reward: ExactMatch { ExactMatch(marker: marker) }
}
