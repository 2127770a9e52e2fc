import DataLoading
import Testing

@Suite struct OrderTests {
  @Test func `a permutation is fixed for ever`() {
    #expect(permutation(count: 8, seed: 42, epoch: 0) == [5, 1, 4, 2, 7, 0, 6, 3])
    #expect(permutation(count: 8, seed: 42, epoch: 1) == [0, 7, 3, 2, 5, 6, 1, 4])
    #expect(permutation(count: 8, seed: 7, epoch: 0) == [7, 3, 5, 6, 0, 1, 2, 4])
  }

  @Test(arguments: [0, 1, 2, 3, 17, 1000])
  func `a permutation holds every row once and differs by seed and epoch`(count: Int) {
    let order = permutation(count: count, seed: 1, epoch: 0)
    #expect(order.sorted() == Array(0..<count))
    if count > 10 {
      #expect(order != permutation(count: count, seed: 2, epoch: 0))
      #expect(order != permutation(count: count, seed: 1, epoch: 1))
    }
  }

  @Test func `every order of three rows comes up about equally often`() {
    var counts: [[Int]: Int] = [:]
    for seed in 0..<6000 { counts[permutation(count: 3, seed: UInt64(seed), epoch: 0), default: 0] += 1 }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { (850...1150).contains($0) }, "\(counts)")
  }

  @Test func `a held-out split is disjoint, complete and leaves a row on each side`() {
    let split = heldOutSplit(count: 100, fraction: 0.1, seed: 5)
    #expect(split.heldOut.count == 10)
    #expect((split.training + split.heldOut).sorted() == Array(0..<100))
    #expect(split.heldOut == split.heldOut.sorted())
    #expect(heldOutSplit(count: 100, fraction: 0.1, seed: 5).heldOut == split.heldOut)
    #expect(heldOutSplit(count: 2, fraction: 0.99, seed: 0).training.count == 1)
    #expect(heldOutSplit(count: 3, fraction: 0.01, seed: 0).heldOut.count == 1)
    #expect(heldOutSplit(count: 3, fraction: 0, seed: 0).heldOut.isEmpty)
  }
}
