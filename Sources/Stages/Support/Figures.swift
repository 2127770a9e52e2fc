import Foundation

/// The decimal order of magnitude of a positive number.
func floorLog10(_ value: Double) -> Double { log10(value).rounded(.down) }

/// A number with a fixed count of decimals, a dot between them whatever the locale; without the sign of what
/// rounds to 0.
package func fixed(_ value: Double, digits: Int) -> String {
  let text = String(format: "%.\(digits)f", value)
  return text.hasPrefix("-") && text.allSatisfy { "-0.".contains($0) } ? String(text.dropFirst()) : text
}
