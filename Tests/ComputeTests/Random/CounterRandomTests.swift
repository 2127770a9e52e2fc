import Compute
import Foundation
import Testing

@Suite struct CounterRandomTests {
  private let random = CounterRandom(seed: 42, purpose: .sampling)

  @Test func `Uniform numbers fill their range evenly`() {
    let count = 100_000
    var bins = Array(repeating: 0, count: 50)
    var sum = 0.0
    var products = 0.0
    var previous = 0.5
    for index in 0..<count {
      let value = random.uniform(stream: 1, index: UInt64(index))
      bins[Int(value * 50)] += 1
      sum += value
      products += (value - 0.5) * (previous - 0.5)
      previous = value
    }
    // Chi-squared of 49 degrees of freedom: 5 and 95 per mille are 27 and 78.
    let chi = bins.reduce(0.0) { $0 + pow(Double($1) - 2000, 2) / 2000 }
    #expect(chi > 27 && chi < 79)
    #expect(abs(sum / Double(count) - 0.5) < 0.003)
    #expect(abs(products / Double(count)) * 12 < 0.01)
  }

  @Test func `Normal numbers have the moments of the normal distribution`() {
    let values = (0..<100_000).map { random.normal(stream: 2, index: $0) }
    let mean = values.reduce(0, +) / 100_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    let fourth = values.reduce(0) { $0 + pow($1 - mean, 4) } / 100_000
    #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.015 && abs(fourth - 3) < 0.1)
  }

  @Test(arguments: [1, 2, 7, 1000])
  func `Integers reach every number below their bound and no other`(bound: Int) {
    let values = (0..<UInt64(20 * bound + 100)).map { random.integer(below: bound, stream: 3, index: $0) }
    #expect(Set(values) == Set(0..<bound))
  }

  @Test func `Seeds, purposes, streams and indices name different numbers`() {
    var seen: Set<SIMD4<UInt32>> = []
    for seed in [UInt64(0), 1, 1 << 32] {
      for purpose in [CounterRandom.Purpose.initialization, .sampling, .minibatch] {
        for stream in [UInt64(0), 1, 1 << 32, 1 << 39] {
          for index in [UInt64(0), 1, 1 << 32] {
            seen.insert(CounterRandom(seed: seed, purpose: purpose).bits(stream: stream, index: index))
          }
        }
      }
    }
    #expect(seen.count == 3 * 3 * 4 * 3)
  }

  @Test(arguments: [0, 1, 2, 3, 10, 1000])
  func `A permutation holds every number once and is the same every time`(count: Int) {
    let order = random.permutation(of: count, stream: 5)
    #expect(order.sorted() == Array(0..<count))
    #expect(order == random.permutation(of: count, stream: 5))
    if count > 3 { #expect(order != random.permutation(of: count, stream: 6)) }
  }

  @Test func `Every order of three comes up equally often`() {
    var counts: [[Int]: Int] = [:]
    for stream in 0..<6000 { counts[random.permutation(of: 3, stream: UInt64(stream)), default: 0] += 1 }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 130 })
  }

  /// A change here reorders every PPO pass: it needs a new version of that stage kind.
  @Test func `A permutation never changes between versions`() {
    let order = CounterRandom(seed: 42, purpose: .minibatch).permutation(of: 12, stream: 0)
    #expect(order == [8, 0, 2, 9, 6, 7, 11, 5, 4, 10, 3, 1])
  }
}
