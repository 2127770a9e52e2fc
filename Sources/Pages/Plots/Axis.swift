import Foundation

/// A range of values with round ticks in it, and where each value lies.
public struct Axis: Sendable, Hashable {
  public struct Tick: Sendable, Hashable {
    public var value: Double
    public var label: String
  }

  public let scale: Scale
  /// Both ends are ticks on a linear axis.
  public let range: ClosedRange<Double>
  public let ticks: [Tick]

  /// An axis that holds all finite values; without any, the one from 0 to 1.
  ///
  /// - Parameters:
  ///   - scale: `logarithmic` is taken only if all values are positive.
  ///   - count: about so many ticks.
  public init(_ values: some Sequence<Double>, scale: Scale = .linear, count: Int = 5) {
    let finite = values.filter { $0.isFinite && abs($0) < 1e300 }
    let least = finite.min() ?? 0
    let greatest = finite.max() ?? 1
    if scale == .logarithmic, least > 0 {
      self.init(logarithmicFrom: least, to: greatest, count: count)
    } else {
      self.init(linearFrom: least, to: greatest, count: count)
    }
  }

  /// Ticks at multiples of 1, 2 or 5 times a power of ten (Heckbert 1990, "Nice numbers for graph labels").
  private init(linearFrom least: Double, to greatest: Double, count: Int) {
    var (low, high) = (least, greatest)
    if high - low <= max(abs(low), abs(high)) * 1e-12 {
      // One value has the width of itself around it.
      let margin = low == 0 ? 1 : abs(low) / 2
      (low, high) = (low - margin, high + margin)
    }
    let step = Self.niceStep((high - low) / Double(max(1, count)))
    // Multiples are counted, so that no tick is 0.30000000000000004.
    let first = (low / step + 1e-9).rounded(.down)
    let last = (high / step - 1e-9).rounded(.up)
    let digits = max(0, Int((-log10(step)).rounded(.up)))
    scale = .linear
    range = first * step...last * step
    ticks = stride(from: first, through: last, by: 1).map { multiple in
      let value = multiple * step
      return Tick(
        value: value,
        label: Self.label(
          multiple == 0 ? 0 : value, digits: digits, greatest: max(abs(low), abs(high)), step: step))
    }
  }

  /// Ticks at powers of ten, and at twice and five times these where there are few.
  private init(logarithmicFrom least: Double, to greatest: Double, count: Int) {
    let first = Int(log10(least).rounded(.down))
    let last = Int(log10(greatest).rounded(.up))
    let steps: [Double] = last - first <= 2 ? [1, 2, 5] : [1]
    let stride = max(1, (last - first) / max(1, count))
    let values = (first...max(first, last)).filter { ($0 - first) % stride == 0 }
      .flatMap { power in steps.map { $0 * pow(10, Double(power)) } }
    let low = values.last { $0 <= least * (1 + 1e-9) } ?? least
    let high = values.first { $0 >= greatest * (1 - 1e-9) } ?? greatest
    scale = .logarithmic
    range = low...max(high, low * 1.0001)
    ticks = values.filter { $0 >= low && $0 <= high }.map { value in
      Tick(
        value: value,
        label: Self.label(
          value, digits: max(0, Int((-log10(value)).rounded(.up))), greatest: value, step: value))
    }
  }

  /// Where a value lies: 0 at the low end, 1 at the high end.
  public func position(_ value: Double) -> Double {
    switch scale {
    case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic:
      log(max(value, range.lowerBound) / range.lowerBound) / log(range.upperBound / range.lowerBound)
    }
  }

  /// The least of 1, 2 and 5 times a power of ten that is not below a width.
  static func niceStep(_ width: Double) -> Double {
    let power = pow(10, log10(width).rounded(.down))
    let fraction = width / power
    let factor: Double =
      fraction <= 1.0000001 ? 1 : fraction <= 2.0000001 ? 2 : fraction <= 5.0000001 ? 5 : 10
    return factor * power
  }

  /// A tick's value with as many decimals as its neighbours need; very small and large ones with an exponent.
  private static func label(_ value: Double, digits: Int, greatest: Double, step: Double) -> String {
    // So many digits tell the greatest tick from the next.
    let significant = min(15, max(3, Int(log10(greatest).rounded(.down) - log10(step).rounded(.down)) + 1))
    let text =
      value != 0 && (digits > 4 || greatest >= 1e6)
      ? String(format: "%.\(significant)g", value) : String(format: "%.\(min(digits, 12))f", value)
    return text.replacing("-", with: "\u{2212}", maxReplacements: text.hasPrefix("-") ? 1 : 0)
  }
}
