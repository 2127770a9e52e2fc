import DataLoading
import Foundation
import TestSupport

/// Compressed rows: damaged archives, and archives of damaged rows.
struct GzipTarget: FuzzTarget {
  static let name = "gzip"

  private let reading: RowReading
  private let bytes = ByteMutation(words: ["\u{1F}\u{8B}\u{08}"], others: [gzipped(rows)])
  private static let rows = Array((RowReading.lines[1] + "\n" + RowReading.lines[1] + "\n").utf8)

  init(folder: URL) throws { reading = try RowReading() }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    var file: [UInt8]
    switch Int.random(in: 0..<4, using: &random) {
    case 0: file = gzipped(bytes.apply(to: Self.rows, &random))
    case 1:
      // A little file that unpacks to much, in several members.
      let row = Array("{\"prompt\": \"\(String(repeating: "a", count: 20_000))\"}\n".utf8)
      file = gzipped(row) + (random.once(in: 2) ? gzipped(Self.rows) : [0, 0, 0])
    default: file = gzipped(Self.rows)
    }
    if random.once(in: 2) { file = bytes.apply(to: file, &random) }
    return FuzzInput(path: "rows.jsonl.gz", bytes: file)
  }

  func read(_ file: URL) throws { try reading.read(file, kinds: [.demonstrations]) }
}
