import Alignment
import TestSupport
import Testing

@Suite struct SplitTests {
  /// Classes of 21, 10, 4 and 1 rows, mixed.
  private let classes = (0..<36).map { $0 % 7 == 6 ? 1 : ($0 % 9 == 0 ? 2 : ($0 == 17 ? 3 : 0)) }

  @Test(arguments: [0.1, 0.25, 0.5]) func `Each class gives the same share, and never its last row`(
    share: Double
  ) {
    let split = StratifiedSplit(classes: classes, share: share, seed: 5)
    #expect((split.training + split.held).sorted() == Array(classes.indices))
    #expect(split.training == split.training.sorted() && split.held == split.held.sorted())
    for label in Set(classes) {
      let rows = classes.count { $0 == label }
      let held = split.held.count { classes[$0] == label }
      #expect(held == min(Int(Double(rows) * share + 0.5), rows - 1))
    }
  }

  @Test(.tags(.determinism)) func `The seed alone decides which rows are held out`() {
    let split = StratifiedSplit(classes: classes, share: 0.25, seed: 5)
    #expect(StratifiedSplit(classes: classes, share: 0.25, seed: 5) == split)
    #expect(StratifiedSplit(classes: classes, share: 0.25, seed: 6) != split)
  }

  @Test func `Balanced weights give every class the same part of the loss`() {
    let weights = ClassWeighting.balanced.weights(of: [0, 0, 0, 2], classCount: 3)
    #expect(weights == [4.0 / 6, 0, 2])
    #expect(ClassWeighting.none.weights(of: [0, 0, 0, 2], classCount: 3) == [1, 1, 1])
  }

  @Test func `The bootstrap's interval holds the mean and narrows with more rows`() {
    func interval(_ count: Int) -> ClosedRange<Double> {
      BootstrapInterval.ofMean((0..<count).map { $0 % 4 == 0 ? 1 : 0 }, seed: 1)
    }
    let (few, many) = (interval(40), interval(400))
    #expect(few.contains(0.25) && many.contains(0.25))
    // The normal approximation gives ±1.96 √(p (1 - p) / n).
    #expect(relativeDifference(few.upperBound - few.lowerBound, 2 * 0.1342) < 0.15)
    #expect(relativeDifference(many.upperBound - many.lowerBound, 2 * 0.0424) < 0.15)
    #expect(BootstrapInterval.ofMean([1, 1, 1], seed: 1) == 1...1)
  }
}
