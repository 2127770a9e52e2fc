import Foundation

/// The name of a run: a UUID of version 7, which begins with the time.
public struct RunID: Sendable, Hashable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) { self.text = text }

  static func make() -> RunID { RunID(makeUUIDv7()) }

  public var description: String { text }
  /// The time part: enough to tell runs apart unless they start in the same millisecond.
  public var short: String { String(text.prefix(13)) }
}

/// The name of one execution of a stage: a UUID of version 7.
public struct ExecutionID: Sendable, Hashable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) { self.text = text }

  static func make() -> ExecutionID { ExecutionID(makeUUIDv7()) }

  public var description: String { text }
}

/// RFC 9562, 5.7: 48 bits of milliseconds since 1970, version, 74 random bits and the variant.
private func makeUUIDv7() -> String {
  let time = UInt64(max(0, currentMilliseconds()))
  let high = time << 16 | 0x7000 | UInt64.random(in: 0..<0x1000)
  let low = UInt64.random(in: .min ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
  func digits(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
  let text = Array(digits(high) + digits(low))
  let borders = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
  return borders.map { String(text[$0]) }.joined(separator: "-")
}

/// Milliseconds since 1970.
func currentMilliseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
