/// An order of `0..<count` that depends on seed and epoch alone, the same on every machine and in every version.
///
/// Fisher–Yates from the end, drawing number `i` of `CounterRandom(seed, stream: epoch)` for place `i`.
public func permutation(count: Int, seed: UInt64, epoch: Int) -> [Int] {
  precondition(count >= 0 && epoch >= 0, "a permutation of \(count) rows in epoch \(epoch)")
  let random = CounterRandom(seed: seed, stream: UInt64(epoch))
  var order = Array(0..<count)
  for place in stride(from: count - 1, to: 0, by: -1) {
    order.swapAt(place, random.integer(below: place + 1, at: UInt64(place)))
  }
  return order
}

/// Splits `0..<count` into a training part and a held-out part, each in its original order.
///
/// At least one row stays in each part where both are wanted and there are two rows.
public func heldOutSplit(count: Int, fraction: Double, seed: UInt64) -> (training: [Int], heldOut: [Int]) {
  precondition((0...1).contains(fraction), "a held-out fraction of \(fraction)")
  guard fraction > 0, count > 1 else { return (Array(0..<count), []) }
  let wanted = min(max(1, Int((Double(count) * fraction).rounded())), count - 1)
  // An epoch that no training run reaches keeps the split apart from every order of rows.
  let order = permutation(count: count, seed: seed, epoch: Int(Int32.max))
  return (order[wanted...].sorted(), order[..<wanted].sorted())
}
