import Foundation

extension Double {
  /// A value beside a mark, with three significant digits.
  var brief: String {
    let text = String(format: "%.3g", self)
    return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
  }
}

extension String {
  /// As it fits beside a mark.
  func cut(to count: Int) -> String { self.count > count ? prefix(count - 1) + "…" : self }
}
