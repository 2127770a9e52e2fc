import JSONText

/// A bound on a stage's metric; a run in which it does not hold fails.
public struct Requirement: Sendable, Hashable {
  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case equal = "=="
    case notEqual = "!="
    case greater = ">"
    case less = "<"
  }

  public var metric: String
  public var comparison: Comparison
  public var bound: Double

  /// Reads a condition such as `> 0.6`.
  ///
  /// - Returns: nil if the text is no comparison with a number.
  init?(metric: String, condition: String) {
    let text = condition.trimmingPrefix(while: \.isWhitespace)
    // The cases are declared so that `>=` is tried before `>`.
    guard let comparison = Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }) else {
      return nil
    }
    let number = text.dropFirst(comparison.rawValue.count).filter { !$0.isWhitespace }
    guard let bound = YAMLScalar.resolve(String(number)).doubleValue, bound.isFinite else { return nil }
    self.metric = metric
    self.comparison = comparison
    self.bound = bound
  }

  /// Whether a value satisfies the requirement; a value that is not a number satisfies none.
  public func holds(for value: Double) -> Bool {
    guard !value.isNaN else { return false }
    return switch comparison {
    case .atLeast: value >= bound
    case .atMost: value <= bound
    case .equal: value == bound
    case .notEqual: value != bound
    case .greater: value > bound
    case .less: value < bound
    }
  }
}

extension Requirement: CustomStringConvertible {
  public var description: String { "\(metric) \(condition)" }

  /// The comparison and the bound, such as `> 0.6`.
  public var condition: String {
    let isWhole = bound == bound.rounded() && abs(bound) < 1e15
    return "\(comparison.rawValue) \(isWhole ? String(Int(bound)) : "\(bound)")"
  }
}
