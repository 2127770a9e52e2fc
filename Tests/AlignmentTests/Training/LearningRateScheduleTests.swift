import Alignment
import Foundation
import Testing

@Suite struct LearningRateScheduleTests {
  private func rates(_ type: LearningRateScheduleType, warmup: Int, total: Int = 10) -> [Double] {
    var options = TrainingOptions(learningRate: 2)
    options.schedule = type
    options.warmupSteps = warmup
    let schedule = LearningRateSchedule(options, totalSteps: total)
    return (0..<total).map(schedule.rate(at:))
  }

  @Test func `Linear falls from the peak to one step above zero`() {
    let expected = (0..<10).map { 2 * Double(10 - $0) / 10 }
    #expect(zip(rates(.linear, warmup: 0), expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func `Linear with warm-up starts at zero, peaks after it, and falls over the rest`() {
    let expected = [0, 0.5, 1, 1.5] + (4..<10).map { 2 * Double(10 - $0) / 6 }
    #expect(zip(rates(.linear, warmup: 4), expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test(arguments: [0, 3]) func `Cosine is half a wave after warm-up`(warmup: Int) {
    let expected = (0..<10).map { step in
      step < warmup
        ? 2 * Double(step) / Double(warmup)
        : 1 + cos(.pi * Double(step - warmup) / Double(10 - warmup))
    }
    #expect(zip(rates(.cosine, warmup: warmup), expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func `Constant never changes; with warm-up it rises first`() {
    #expect(rates(.constant, warmup: 0) == Array(repeating: 2, count: 10))
    #expect(rates(.constantWithWarmup, warmup: 2) == [0, 1] + Array(repeating: 2, count: 8))
  }

  @Test(arguments: LearningRateScheduleType.allCases)
  func `Rates are finite and within zero and the peak, however short the run`(type: LearningRateScheduleType)
  {
    for total in 1...4 {
      for warmup in 0...6 {
        #expect(rates(type, warmup: warmup, total: total).allSatisfy { (0...2).contains($0) })
      }
    }
  }

  @Test func `A share of warm-up is rounded up to whole steps`() {
    var options = TrainingOptions(learningRate: 1)
    options.warmupRatio = 0.21
    #expect(LearningRateSchedule(options, totalSteps: 10).warmup == 3)
    options.warmupSteps = 1
    #expect(LearningRateSchedule(options, totalSteps: 10).warmup == 1)
  }
}
