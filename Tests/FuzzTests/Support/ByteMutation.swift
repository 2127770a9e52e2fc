import TestSupport

/// Damage to bytes: flips, cuts, copies, words of the format, extreme numbers, nesting and what is no UTF-8.
struct ByteMutation {
  /// Words that mean something in the format.
  var words: [String] = []
  /// Valid inputs to take pieces of.
  var others: [[UInt8]] = []

  private static let numbers = [
    "0", "-0", "-1", "1", "255", "256", "65536", "2147483647", "2147483648", "-2147483649", "4294967296",
    "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    "18446744073709551615", "18446744073709551616", "1e308", "1e309", "-1e309", "5e-324", "1e-400", "0.1",
    "1e1000000000", "00", "0x7f", "NaN", "Infinity", "-", "1.", "99999999999999999999999999999999999999999",
  ]

  private static let pieces: [[UInt8]] =
    [
      [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0x80],
      [0xE2, 0x82],
      [0x0D], [0x0D, 0x0A], [0x1B, 0x5B], [0x09],
    ]
    + ["\u{2028}", "e\u{301}\u{323}", "👨‍👩‍👧", "\u{10FFFF}", "\\u0000", "\\ud800", "\\", "\"", "'", "\u{85}"].map
  { Array($0.utf8) }

  private static let brackets = [
    ("[", "]"), ("{\"a\":", "}"), ("(", ")"), ("{", "}"), ("- ", ""), ("{{", "}}"),
  ]

  /// One to six changes.
  func apply(to original: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...6, using: &random) { change(&bytes, &random) }
    return bytes
  }

  private func change(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
    switch Int.random(in: 0..<14, using: &random) {
    case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
    case 1: if place < bytes.count { bytes[place] = .random(in: 0...255, using: &random) }
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
    case 4: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: place)
    case 5, 6: bytes.insert(contentsOf: Array((words.randomElement(using: &random) ?? "").utf8), at: place)
    case 7, 8: replaceNumber(in: &bytes, near: place, &random)
    case 9: splice(into: &bytes, at: place, &random)
    case 10: if random.once(in: 4) { bytes.removeSubrange(place...) }
    case 11: repeatPiece(of: &bytes, place..<end, &random)
    case 12: if random.once(in: 8) { nest(&bytes, place..<end, &random) }
    default: bytes.insert(.random(in: 0x20...0x7E, using: &random), at: place)
    }
  }

  private func replaceNumber(in bytes: inout [UInt8], near place: Int, _ random: inout SeededGenerator) {
    func isDigit(_ index: Int) -> Bool { (0x30...0x39).contains(bytes[index]) }
    guard let start = (place..<bytes.count).first(where: isDigit) else { return }
    let end = (start..<bytes.count).first { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Array((Self.numbers.randomElement(using: &random) ?? "").utf8))
  }

  private func splice(into bytes: inout [UInt8], at place: Int, _ random: inout SeededGenerator) {
    guard let other = others.randomElement(using: &random), !other.isEmpty else { return }
    let start = Int.random(in: 0..<other.count, using: &random)
    let end = min(other.count, start + Int.random(in: 1...200, using: &random))
    let cut = min(bytes.count, place + Int.random(in: 0...200, using: &random))
    bytes.replaceSubrange(place..<cut, with: other[start..<end])
  }

  private func repeatPiece(of bytes: inout [UInt8], _ range: Range<Int>, _ random: inout SeededGenerator) {
    let piece = bytes[range]
    let count = random.once(in: 50) ? 20_000 : Int.random(in: 1...40, using: &random)
    guard piece.count * count < 1 << 19 else { return }
    bytes.insert(contentsOf: (0..<count).flatMap { _ in piece }, at: range.upperBound)
  }

  private func nest(_ bytes: inout [UInt8], _ range: Range<Int>, _ random: inout SeededGenerator) {
    guard let (open, close) = Self.brackets.randomElement(using: &random) else { return }
    let depth = [10, 200, 300, 5000, 50_000].randomElement(using: &random) ?? 10
    bytes.insert(contentsOf: Array(String(repeating: close, count: depth).utf8), at: range.upperBound)
    bytes.insert(contentsOf: Array(String(repeating: open, count: depth).utf8), at: range.lowerBound)
  }
}
