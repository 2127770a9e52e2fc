/// How the values of a figure are spread over rows.
public struct Distribution: Sendable, Hashable {
  /// A range of values from `lowerBound` on, up to but without `upperBound`; the last bin has its upper bound, too.
  public struct Bin: Sendable, Hashable {
    public var lowerBound: Double
    public var upperBound: Double
    public var count: Int
  }

  /// What is measured, such as `prompt`.
  public var name: String
  /// What the values are, such as `tokens` or `%`.
  public var unit: String
  public var count: Int
  public var least: Double
  public var median: Double
  /// The value that 95 of 100 rows do not exceed.
  public var percentile95: Double
  public var greatest: Double
  public var bins: [Bin]

  /// - Parameter binCount: bins of equal width between the least and the greatest value; fewer for whole numbers
  ///   that are close together.
  /// - Returns: nil if there are no values.
  public init?(_ name: String, unit: String, values: [Double], binCount: Int = 12) {
    let sorted = values.filter(\.isFinite).sorted()
    guard let least = sorted.first, let greatest = sorted.last else { return nil }
    self.name = name
    self.unit = unit
    self.least = least
    self.greatest = greatest
    count = sorted.count
    median = sorted[sorted.count / 2]
    percentile95 = sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
    bins = Self.bins(sorted, from: least, to: greatest, count: max(1, binCount))
  }

  private static func bins(_ sorted: [Double], from least: Double, to greatest: Double, count: Int) -> [Bin] {
    let isWhole = sorted.allSatisfy { $0 == $0.rounded() }
    var width = (greatest - least) / Double(count)
    if isWhole { width = ((greatest - least + 1) / Double(count)).rounded(.up) }
    guard width > 0 else { return [Bin(lowerBound: least, upperBound: greatest, count: sorted.count)] }
    let used = isWhole ? Int(((greatest - least + 1) / width).rounded(.up)) : count
    var bins = (0..<used).map {
      Bin(lowerBound: least + Double($0) * width, upperBound: least + Double($0 + 1) * width, count: 0)
    }
    for value in sorted { bins[min(used - 1, Int((value - least) / width))].count += 1 }
    return bins
  }
}
