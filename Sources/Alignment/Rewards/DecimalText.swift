/// One spelling for each decimal number, of any size and without rounding: `1,000`, `1000.0` and `$1000.` are `1000`.
enum DecimalText {
  /// - Returns: nil for a text that is no number: an optional `$` and sign, digits with optional commas between groups of
  ///   three, an optional fraction.
  static func canonical(_ text: String) -> String? {
    var rest = text[...]
    var isNegative = false
    for mark in ["$", "-", "+", "$"] where rest.hasPrefix(mark) {
      isNegative = isNegative || mark == "-"
      rest = rest.dropFirst()
    }
    let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first.flatMap(digits) else { return nil }
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    guard fraction.allSatisfy(isDigit), !(whole + fraction).isEmpty else { return nil }
    let integer = String(whole.drop { $0 == "0" })
    let decimals = trimmedEnd(fraction)
    if integer.isEmpty, decimals.isEmpty { return "0" }
    let number = (integer.isEmpty ? "0" : integer) + (decimals.isEmpty ? "" : "." + decimals)
    return isNegative ? "-" + number : number
  }

  /// The digits of a whole number; nil where commas stand elsewhere than between groups of three.
  private static func digits(_ text: Substring) -> String? {
    let groups = text.split(separator: ",", omittingEmptySubsequences: false)
    guard groups.allSatisfy({ $0.allSatisfy(isDigit) }) else { return nil }
    let isGrouped = (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    return groups.count == 1 || isGrouped ? groups.joined() : nil
  }

  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

  private static func trimmedEnd(_ digits: String) -> String {
    var digits = digits
    while digits.last == "0" { digits.removeLast() }
    return digits
  }
}
