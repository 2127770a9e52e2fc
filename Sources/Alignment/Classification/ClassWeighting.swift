/// How much the rows of each class count in the loss.
public enum ClassWeighting: String, Sendable, Hashable, CaseIterable {
  /// Every row the same.
  case none
  /// `n / (classes · n_k)`: each class the same in all (scikit-learn's `class_weight="balanced"`).
  case balanced

  /// The weight of each class.
  ///
  /// - Parameter classes: of the training rows; a class without rows weighs nothing.
  public func weights(of classes: [Int], classCount: Int) -> [Double] {
    guard self == .balanced else { return Array(repeating: 1, count: classCount) }
    var counts = Array(repeating: 0, count: classCount)
    for label in classes { counts[label] += 1 }
    let present = Double(counts.count { $0 > 0 })
    return counts.map { $0 == 0 ? 0 : Double(classes.count) / (present * Double($0)) }
  }
}
