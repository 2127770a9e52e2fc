import Artifacts
import Foundation

/// Figures as a person reads them.
enum Figures {
  /// Seconds as `0.31s`, `12.3s`, `4m 05s` or `2h 07m`.
  static func duration(_ seconds: Double) -> String {
    guard (0..<1e15).contains(seconds) else { return "–" }
    if seconds < 9.995 { return String(format: "%.2fs", seconds) }
    if seconds < 59.95 { return String(format: "%.1fs", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return String(format: "%dm %02ds", whole / 60, whole % 60) }
    return String(format: "%dh %02dm", whole / 3600, whole % 3600 / 60)
  }

  /// Seconds as `0.31 ms`, `28.7 ms` or `1.24s`.
  static func milliseconds(_ seconds: Double) -> String {
    seconds < 0.1 ? String(format: "%.3g ms", 1000 * seconds) : duration(seconds)
  }

  /// Bytes as `512 B`, `1.4 kB`, `23 MB`: powers of 1000, as disks are sold.
  static func bytes(_ count: Int64) -> String {
    var value = Double(count)
    var unit = "B"
    for next in ["kB", "MB", "GB", "TB"] where value >= 999.5 {
      value /= 1000
      unit = next
    }
    return unit == "B" ? "\(count) B" : String(format: value < 9.95 ? "%.1f %@" : "%.0f %@", value, unit)
  }

  /// Things with their number, such as `1 stage` and `6 stages`.
  static func count(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
  }

  /// Such as `2 directories, 12 MB`.
  static func leftovers(_ leftovers: Leftovers) -> String {
    "\(leftovers.count) \(leftovers.count == 1 ? "directory" : "directories"), \(bytes(leftovers.bytes))"
  }

  /// A metric with four significant digits, or another number of them.
  static func metric(_ value: Double, digits: Int = 4) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return "0" }
    if value == value.rounded(), abs(value) < 1e6 { return String(format: "%.0f", value) }
    return String(format: "%.\(digits)g", value)
  }

  /// A change of a metric, with its sign.
  static func difference(_ value: Double) -> String { (value > 0 ? "+" : "") + metric(value) }

  /// An amount of a unit: seconds as a duration, bytes in powers of 1000, others as whole numbers with it.
  static func amount(_ value: Double, _ unit: String) -> String {
    switch unit {
    case "s": duration(value)
    case "bytes": Int64(exactly: value.rounded()).map(bytes) ?? metric(value)
    default: "\(metric(value)) \(unit)"
    }
  }

  /// A point in time in the user's time zone, as `2025-11-22 02:10:33`.
  static func time(_ date: Date) -> String {
    var seconds = time_t(clamped(date))
    var parts = tm()
    localtime_r(&seconds, &parts)
    return String(
      format: "%04d-%02d-%02d %02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
      parts.tm_hour, parts.tm_min, parts.tm_sec)
  }

  /// Seconds since 1970, between the years 1 and 9999: a store may hold anything.
  private static func clamped(_ date: Date) -> Double {
    min(max(date.timeIntervalSince1970, -62_135_596_800), 253_402_300_799)
  }

  /// A point in time for machines, as `2025-11-22T02:10:33.120Z` (RFC 3339).
  static func timestamp(_ date: Date) -> String {
    let milliseconds = Int64((clamped(date) * 1000).rounded())
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return String(
      format: "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
      parts.tm_hour, parts.tm_min, parts.tm_sec, Int(milliseconds % 1000))
  }
}
