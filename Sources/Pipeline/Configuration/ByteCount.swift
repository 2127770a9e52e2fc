/// A number of bytes as a person types it: `20GB`, `512 MB`, `1.5TiB`, `4096`.
public struct ByteCount: Sendable, Hashable {
  public let bytes: Int64

  public init(bytes: Int64) { self.bytes = bytes }

  /// Reads powers of 1000 (`kB`, `MB`, `GB`, `TB`) and of 1024 (`KiB`, `MiB`, `GiB`, `TiB`), upper or lower case.
  public init?(_ text: String) {
    let text = text.lowercased().filter { $0 != " " }
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), number.isFinite, number >= 0 else { return nil }
    let units: [String: Double] = [
      "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12,
      "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824, "tib": 1_099_511_627_776,
    ]
    guard let unit = units[String(text.dropFirst(digits.count))], number * unit < 9e18 else { return nil }
    bytes = Int64(number * unit)
  }
}

extension ByteCount: CustomStringConvertible {
  /// In powers of 1024, as memory is counted: `512 B`, `37 MiB`, `1.4 GiB`.
  public var description: String {
    var value = Double(bytes)
    var unit = "B"
    for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1000 {
      value /= 1024
      unit = next
    }
    if unit == "B" { return "\(bytes) B" }
    let tenths = (value * 10).rounded()
    let figure = tenths < 100 ? "\(tenths / 10)" : "\(Int(value.rounded()))"
    return "\(figure.hasSuffix(".0") ? String(figure.dropLast(2)) : figure) \(unit)"
  }
}
