import Foundation
import JSONText
import TestSupport

/// Rows as JSON Lines, as an array, and as plain text.
struct RowsTarget: FuzzTarget {
  static let name = "rows"

  private let reading: RowReading
  private let rows: JSONMutation
  private let bytes: ByteMutation

  init(folder: URL) throws {
    reading = try RowReading()
    rows = JSONMutation(try RowReading.lines.map { try JSON.parse($0) })
    bytes = ByteMutation(
      words: [
        "\n", "\r\n", "\"text\":", "\"prompt\":", "\"messages\":", "null", "{}", "[]", "\"role\": \"user\"",
        ",",
      ],
      others: RowReading.lines.map { Array($0.utf8) })
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    // Rows of one shape make a file; one of them, or the whole file, is damaged.
    let line = RowReading.lines.randomElement(using: &random) ?? ""
    var items = Array(repeating: Array(line.utf8), count: Int.random(in: 0...3, using: &random))
    items.insert(random.once(in: 2) ? rows.make(&random) : Array(line.utf8), at: 0)
    let isArray = random.once(in: 3)
    var file = Array(items.joined(separator: Array(isArray ? ",\n".utf8 : "\n".utf8)))
    if isArray { file = [UInt8(ascii: "[")] + file + [UInt8(ascii: "]")] }
    if random.once(in: 2) { file = bytes.apply(to: file, &random) }
    let name = ["rows.jsonl", "rows.json", "rows.txt", "rows"].randomElement(using: &random) ?? "rows"
    return FuzzInput(path: name, bytes: file)
  }

  func read(_ file: URL) throws { try reading.read(file) }
}
