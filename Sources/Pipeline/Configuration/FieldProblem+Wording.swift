import Diagnostics
import JSONText

extension FieldProblem {
  /// The value has the wrong type or is out of range.
  static func mismatch(_ type: FieldType, _ found: JSON) -> FieldProblem {
    FieldProblem("must be \(type.expected), not \(found.foundDescription)")
  }

  static func unknownKey(_ key: String, known: [String]) -> FieldProblem {
    let hint =
      if let near = nearestName(to: key, among: known) {
        "did you mean '\(near)'?"
      } else {
        known.isEmpty ? "it takes no keys" : "the keys are: \(known.joined(separator: ", "))"
      }
    return FieldProblem("is not a known key", path: [.key(key)], hint: hint, isUnknownKey: true)
  }
}

extension FieldType {
  /// Completes "must be …".
  public var expected: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let range):
      switch (range.lowerBound, range.upperBound) {
      case (.min, .max): "an integer"
      case (let low, .max): "an integer of at least \(low)"
      case (.min, let high): "an integer of at most \(high)"
      case (let low, let high): "an integer between \(low) and \(high)"
      }
    case .number(let range): FieldType.describe(range)
    case .string: "a string"
    case .choice(let words): words.count == 1 ? "'\(words[0])'" : "one of \(words.joined(separator: ", "))"
    case .list(let element): "a list whose elements are \(element.expected)"
    case .map(let element): "a map whose values are \(element.expected)"
    case .object: "a map of keys to values"
    case .optional(let wrapped): "\(wrapped.expected), or null"
    case .any(let expected): expected
    }
  }

  /// A range of numbers in words; bounds one step inside a round number are said as open bounds.
  private static func describe(_ range: ClosedRange<Double>) -> String {
    let lower: String? =
      switch range.lowerBound {
      case -Double.infinity: nil
      case .leastNonzeroMagnitude: "greater than 0"
      case let bound: "at least \(short(bound))"
      }
    let upper: String? =
      switch range.upperBound {
      case Double.infinity: nil
      case let bound where bound.nextUp == bound.nextUp.rounded(): "below \(short(bound.nextUp))"
      case let bound: "at most \(short(bound))"
      }
    switch (lower, upper) {
    case (nil, nil): return "a number"
    case (let bound?, nil), (nil, let bound?): return "a number \(bound)"
    case (let low?, let high?):
      if low.hasPrefix("at least"), high.hasPrefix("at most") {
        return "a number between \(short(range.lowerBound)) and \(short(range.upperBound))"
      }
      return "a number \(low) and \(high)"
    }
  }

  static func describe(_ count: ClosedRange<Int>) -> String {
    switch (count.lowerBound, count.upperBound) {
    case (let low, let high) where low == high: "\(low)"
    case (let low, .max): "at least \(low)"
    case (0, let high): "at most \(high)"
    case (let low, let high): "\(low) to \(high)"
    }
  }

  /// A number as a person would write it: `1` rather than `1.0`.
  private static func short(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}

extension JSON {
  /// What a value is, in the words of a manifest: scalars as written, lists and maps by name.
  public var foundDescription: String {
    switch self {
    case .null: "null"
    // JSON has no word for these.
    case .number(let value) where value.isNaN: "NaN"
    case .number(let value) where value.isInfinite: value < 0 ? "minus infinity" : "infinity"
    case .bool, .integer, .number: compact
    case .string(let text):
      text.count > 60
        ? "the string \(JSON.string(String(text.prefix(57)) + "…").compact)" : "the string \(compact)"
    case .array: "a list"
    case .object: "a map"
    }
  }
}
