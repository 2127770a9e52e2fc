import Foundation

/// A day, or a minute or second of a day, in the user's time zone: `2026-05-03`, `2026-05-03 14:30`.
struct LocalTime {
  /// The last instant it covers: the end of the day where no time of day is given.
  let end: Date

  init?(_ text: String) {
    let halves = text.split(whereSeparator: { $0 == " " || $0 == "T" })
    guard (1...2).contains(halves.count) else { return nil }
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
    let time = halves.dropFirst().first?.split(separator: ":", omittingEmptySubsequences: false)
      .map { Int32($0) }
    guard date.count == 3, let year = date[0], let month = date[1], let day = date[2],
      (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_isdst) = (year - 1900, month - 1, day, -1)
    var length = 86_400.0
    if let time {
      guard (2...3).contains(time.count), let hour = time[0], let minute = time[1], (0...23).contains(hour),
        (0...59).contains(minute)
      else { return nil }
      (parts.tm_hour, parts.tm_min) = (hour, minute)
      length = 60
      if time.count == 3 {
        guard let second = time[2], (0...59).contains(second) else { return nil }
        parts.tm_sec = second
        length = 1
      }
    }
    let start = mktime(&parts)
    // A day that its month does not have is moved into the next one.
    guard start != -1, parts.tm_mday == day else { return nil }
    end = Date(timeIntervalSince1970: Double(start) + length - 0.001)
  }
}
