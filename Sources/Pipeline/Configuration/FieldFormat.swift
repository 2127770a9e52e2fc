import Diagnostics
import JSONText

/// How one type of value is read from a manifest and written in canonical form.
///
/// Reading is strict: nothing is converted, except that a number may be written as an integer.
public struct FieldFormat<Value: Sendable>: Sendable {
  /// What reading came to: a value, or everything that is wrong with the text.
  enum Reading: Sendable {
    case value(Value)
    case problems([FieldProblem])
  }

  let makeType: @Sendable () -> FieldType
  /// Reads a value; the second argument is the value in place, whose parts are the defaults of a nested map.
  let read: @Sendable (JSON, Value?) -> Reading
  let write: @Sendable (Value) -> JSON

  /// A format with its own reader and writer.
  ///
  /// - Parameters:
  ///   - expected: completes "must be …", such as `a map of patterns`.
  ///   - write: equal values must give equal JSON, whatever text they came from.
  public static func custom(
    expected: String, read: @escaping @Sendable (JSON) throws(FieldProblem) -> Value,
    write: @escaping @Sendable (Value) -> JSON
  ) -> FieldFormat {
    checked({ .any(expected: expected) }, read: read, write: write)
  }

  static func checked(
    _ type: @escaping @Sendable () -> FieldType,
    read: @escaping @Sendable (JSON) throws(FieldProblem) -> Value,
    write: @escaping @Sendable (Value) -> JSON
  ) -> FieldFormat {
    FieldFormat(
      makeType: type,
      read: { json, _ in
        do throws(FieldProblem) { return .value(try read(json)) } catch { return .problems([error]) }
      },
      write: write)
  }
}

// MARK: - Scalars

extension FieldFormat where Value == Bool {
  public static var boolean: Self {
    .checked(
      { .boolean },
      read: { json throws(FieldProblem) in
        guard let value = json.boolValue else { throw .mismatch(.boolean, json) }
        return value
      },
      write: { .bool($0) })
  }
}

extension FieldFormat where Value == Int {
  /// A whole number, written without fraction or exponent.
  public static func integer(in range: ClosedRange<Int> = Int.min...Int.max) -> Self {
    .checked(
      { .integer(range) },
      read: { json throws(FieldProblem) in
        guard let value = json.intValue, range.contains(value) else { throw .mismatch(.integer(range), json) }
        return value
      },
      write: { .integer($0) })
  }

  public static func integer(in range: PartialRangeFrom<Int>) -> Self {
    .integer(in: range.lowerBound...Int.max)
  }
}

extension FieldFormat where Value == Double {
  /// A finite number; an integer will do.
  public static func number(in range: ClosedRange<Double> = -Double.infinity...Double.infinity) -> Self {
    .checked(
      { .number(range) },
      read: { json throws(FieldProblem) in
        guard let value = json.doubleValue, value.isFinite, range.contains(value) else {
          throw .mismatch(.number(range), json)
        }
        return value == 0 ? 0 : value  // one zero: -0.0 would be another text
      },
      write: { .number($0) })
  }

  public static func number(in range: PartialRangeFrom<Double>) -> Self {
    .number(in: range.lowerBound...Double.infinity)
  }
}

extension FieldFormat where Value == String {
  public static var string: Self {
    .checked(
      { .string },
      read: { json throws(FieldProblem) in
        guard let value = json.stringValue else { throw .mismatch(.string, json) }
        return value
      },
      write: { .string($0) })
  }
}

extension FieldFormat where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the words that the enumeration's cases are spelled as.
  public static var choice: Self {
    .checked(
      { .choice(words) },
      read: { json throws(FieldProblem) in
        guard let word = json.stringValue else { throw .mismatch(.choice(words), json) }
        guard let value = Value(rawValue: word) else {
          var problem = FieldProblem.mismatch(.choice(words), json)
          problem.hint = nearestName(to: word, among: words).map { "did you mean '\($0)'?" }
          throw problem
        }
        return value
      },
      write: { .string($0.rawValue) })
  }

  private static var words: [String] { Value.allCases.map(\.rawValue) }
}
