import Foundation

/// The decimal order of magnitude of a positive number.
func floorLog10(_ value: Double) -> Double { log10(value).rounded(.down) }

/// A number with a fixed count of decimals, a dot between them whatever the locale.
func fixed(_ value: Double, digits: Int) -> String { String(format: "%.\(digits)f", value) }
