/// Mean and unbiased variance, as `masked_whiten` of TRL computes them.
struct Moments {
  let mean: Double
  let variance: Double

  init(_ values: [Double]) {
    let count = Double(max(1, values.count))
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    variance = values.count > 1 ? squares / (count - 1) : 0
  }

  func whitened(_ value: Double) -> Double { (value - mean) / (variance + 1e-8).squareRoot() }
}
