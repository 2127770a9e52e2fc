import DataLoading
import Diagnostics
import Foundation

/// How many rated answers are desirable, and how KTO should weigh the two sides.
public struct FeedbackBalance: Sendable, Hashable {
  public let desirable: Int
  public let undesirable: Int

  /// - Parameter ratings: whether each answer is desirable.
  public init(_ ratings: some Sequence<Bool>) {
    let ratings = Array(ratings)
    desirable = ratings.count { $0 }
    undesirable = ratings.count - desirable
  }

  /// Refuses ratings of one side only: nothing would keep the model from calling every answer good, or none.
  ///
  /// - Throws: `Diagnostic` that says which side is missing.
  public func check() throws(Diagnostic) {
    guard desirable == 0 || undesirable == 0 else { return }
    throw Diagnostic(
      .oneSidedFeedback, "every answer is \(undesirable == 0 ? "desirable" : "undesirable")",
      hint: "KTO needs rows with `label: true` and rows with `label: false`")
  }

  /// Says so where weights leave one side with much less to say than the other: the ratio of weighted counts should lie
  /// in 1 … 1.33 (Ethayarajh et al. 2024, eq. 8), by changing either weight.
  public func advice(desirableWeight: Double, undesirableWeight: Double) -> String? {
    guard desirable > 0, undesirable > 0, desirable != undesirable else { return nil }
    let ratio = desirableWeight * Double(desirable) / (undesirableWeight * Double(undesirable))
    // Bounds are rounded to hundredths in TRL too.
    guard ratio < 0.99 || ratio > 1.34 else { return nil }
    let least = undesirableWeight * Double(undesirable) / Double(desirable)
    return "\(desirable) answers are desirable and \(undesirable) are not: set desirable_weight between "
      + String(format: "%.2f and %.2f", least, 1.33 * least) + " to even them out"
  }
}
