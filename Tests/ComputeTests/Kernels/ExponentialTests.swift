import Compute
import Foundation
import Testing

@Suite struct ExponentialTests {
  /// Every 499th Float32 between two numbers of the same sign, from the smaller magnitude on.
  private func sweep(from first: Float, to last: Float) -> [Float] {
    stride(from: first.bitPattern, through: last.bitPattern, by: 499).map(Float.init(bitPattern:))
  }

  @Test(arguments: [Float(1), -1])
  func `It stays within 1.1 units in the last place over its whole range`(sign: Float) {
    let inputs = sweep(from: 0, to: sign > 0 ? 88.3 : 87.3).map { sign * $0 }
    var values = inputs
    exponentiate(&values)
    var worst = 0.0
    for (input, value) in zip(inputs, values) {
      let exact = exp(Double(input))
      worst = max(worst, abs(Double(value) - exact) / Double(Float(exact).ulp))
    }
    #expect(worst < 1.1, "\(worst) units in the last place")
  }

  @Test func `Beyond its range it is zero below, finite above, and NaN for NaN`() {
    var values: [Float] = [-87.4, -1000, -.infinity, 88.4, 1000, .infinity, .nan]
    exponentiate(&values)
    #expect(values[..<3].allSatisfy { $0 == 0 })
    #expect(values[3..<6].allSatisfy { $0.isFinite && abs(Double($0) / exp(88.3) - 1) < 1e-5 })
    #expect(values[6].isNaN)
  }

  @Test(arguments: [0, 1, 15, 16, 17, 1000])
  func `Each of any number of values is treated alike`(count: Int) {
    let inputs = (0..<count).map { Float($0) / 50 - 10 }
    var together = inputs
    exponentiate(&together)
    for (input, value) in zip(inputs, together) {
      var alone = [input]
      exponentiate(&alone)
      #expect(alone[0] == value)
    }
  }
}
