/// A length of time as a person types it: `90`, `90s`, `30m`, `1h30m`, `2d`.
public struct TimeSpan: Sendable, Hashable {
  public let seconds: Double

  private static let units: [(suffix: Character, seconds: Double)] = [
    ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]

  /// Refuses what is not finite or not greater than 0.
  public init?(seconds: Double) {
    guard seconds.isFinite, seconds > 0, seconds < 1e9 else { return nil }
    self.seconds = seconds
  }

  /// Reads numbers with units, each unit once and the greater ones first; a number alone means seconds.
  public init?(_ text: String) {
    let text = text.lowercased().filter { $0 != " " }
    if let plain = Double(text) {
      self.init(seconds: plain)
      return
    }
    var rest = text[...]
    var units = Self.units[...]
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      guard let number = Double(digits), let suffix = rest.popFirst(),
        let index = units.firstIndex(where: { $0.suffix == suffix })
      else { return nil }
      total += number * units[index].seconds
      units = units[(index + 1)...]
    }
    self.init(seconds: total)
  }
}

extension TimeSpan: CustomStringConvertible {
  /// Such as `1h 30m` or `0.5s`.
  public var description: String {
    var rest = seconds
    var parts: [String] = []
    for unit in Self.units.dropLast() where rest >= unit.seconds {
      parts.append("\(Int(rest / unit.seconds))\(unit.suffix)")
      rest = rest.truncatingRemainder(dividingBy: unit.seconds)
    }
    if rest > 0 || parts.isEmpty { parts.append(rest == rest.rounded() ? "\(Int(rest))s" : "\(rest)s") }
    return parts.joined(separator: " ")
  }
}
