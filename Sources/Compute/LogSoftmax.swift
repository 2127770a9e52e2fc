import Foundation

/// `x - log Σ exp x`, without overflow.
public func logSoftmax(_ values: [Double]) -> [Double] {
  let top = values.max() ?? 0
  let logSum = top + log(values.reduce(0) { $0 + exp($1 - top) })
  return values.map { $0 - logSum }
}
