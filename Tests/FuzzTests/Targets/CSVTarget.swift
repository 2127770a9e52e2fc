import DataLoading
import Foundation
import TestSupport

/// Classified texts as CSV.
struct CSVTarget: FuzzTarget {
  static let name = "csv"

  private static let original = Array(
    "text,label,id\r\nIt broke.,bug,1\r\n\"Please, add \"\"dark\"\" mode\nand more\",wish,2\r\nHow?,question,3\r\n"
      .utf8)
  private let reading: RowReading
  private let bytes = ByteMutation(
    words: ["\"", "\"\"", ",", "\r\n", "\n", "\r", "\",\"", "text,label\n", "category", ";"],
    others: [original])

  init(folder: URL) throws { reading = try RowReading() }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    FuzzInput(path: "rows.csv", bytes: bytes.apply(to: Self.original, &random))
  }

  func read(_ file: URL) throws { try reading.read(file, kinds: [.labels, .prompts]) }
}
