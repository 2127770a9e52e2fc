import Compute

/// How far a mean over rows may be off because other rows could have been drawn: the percentile interval of the
/// bootstrap (Efron 1979), for the difference of two classifiers over the same rows.
public enum BootstrapInterval {
  private static let resamples = 2_000

  /// The middle 95% of the means of rows drawn with replacement.
  ///
  /// - Parameter values: one per row, such as the difference in being right; not empty.
  public static func ofMean(_ values: [Double], seed: UInt64) -> ClosedRange<Double> {
    precondition(!values.isEmpty, "a mean of nothing")
    let random = CounterRandom(seed: seed, purpose: .resampling)
    var means: [Double] = []
    for resample in 0..<resamples {
      var sum = 0.0
      for draw in values.indices {
        sum += values[random.integer(below: values.count, stream: UInt64(resample), index: UInt64(draw))]
      }
      means.append(sum / Double(values.count))
    }
    means.sort()
    return means[resamples / 40]...means[resamples - 1 - resamples / 40]
  }
}
