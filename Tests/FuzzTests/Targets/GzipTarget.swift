import CZlib
import DataLoading
import Foundation
import TestSupport

/// Compressed rows: damaged archives, and archives of damaged rows.
struct GzipTarget: FuzzTarget {
  static let name = "gzip"

  private let reading: RowReading
  private let bytes = ByteMutation(words: ["\u{1F}\u{8B}\u{08}"], others: [compressed(rows)])
  private static let rows = Array((RowReading.lines[1] + "\n" + RowReading.lines[1] + "\n").utf8)

  init(folder: URL) throws { reading = try RowReading() }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    var file: [UInt8]
    switch Int.random(in: 0..<4, using: &random) {
    case 0: file = Self.compressed(bytes.apply(to: Self.rows, &random))
    case 1:
      // A little file that unpacks to much, in several members.
      let row = Array("{\"prompt\": \"\(String(repeating: "a", count: 20_000))\"}\n".utf8)
      file = Self.compressed(row) + (random.once(in: 2) ? Self.compressed(Self.rows) : [0, 0, 0])
    default: file = Self.compressed(Self.rows)
    }
    if random.once(in: 2) { file = bytes.apply(to: file, &random) }
    return FuzzInput(path: "rows.jsonl.gz", bytes: file)
  }

  func read(_ file: URL) throws { try reading.read(file, kinds: [.demonstrations]) }

  /// A gzip file of one member.
  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 64)
    let count = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = uInt(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = uInt(target.count)
        _ = deflate(&stream, Z_FINISH)
        return target.count - Int(stream.avail_out)
      }
    }
    return Array(output.prefix(count))
  }
}
