import JSONText

/// A key path that may cross threads, as the fields of a configuration do.
public typealias FieldPath<Root, Value> = WritableKeyPath<Root, Value> & Sendable

extension Field {
  /// A field of any format; the named builders below are this with the format filled in.
  public static func value<Value>(
    _ name: String, _ path: FieldPath<Root, Value>, _ format: FieldFormat<Value>, _ summary: String
  ) -> Field {
    Field(
      name: name, summary: summary, lifted: nil, makeType: format.makeType,
      read: { json, root in
        switch format.read(json, root[keyPath: path]) {
        case .value(let value):
          root[keyPath: path] = value
          return []
        case .problems(let problems): return problems
        }
      },
      write: { format.write($0[keyPath: path]) })
  }

  public static func boolean(_ name: String, _ path: FieldPath<Root, Bool>, _ summary: String) -> Field {
    value(name, path, .boolean, summary)
  }

  /// A whole number; refuses `1.0` and `"1"`.
  public static func integer(
    _ name: String, _ path: FieldPath<Root, Int>, in range: ClosedRange<Int> = Int.min...Int.max,
    _ summary: String
  ) -> Field {
    value(name, path, .integer(in: range), summary)
  }

  /// A finite number, integers included.
  ///
  /// For an open bound, `in: .leastNonzeroMagnitude...1` says "greater than 0" and `0...1.0.nextDown` "below 1".
  public static func number(
    _ name: String, _ path: FieldPath<Root, Double>,
    in range: ClosedRange<Double> = -Double.infinity...Double.infinity, _ summary: String
  ) -> Field {
    value(name, path, .number(in: range), summary)
  }

  public static func string(_ name: String, _ path: FieldPath<Root, String>, _ summary: String) -> Field {
    value(name, path, .string, summary)
  }

  /// One of an enumeration's words.
  public static func choice<Value>(
    _ name: String, _ path: FieldPath<Root, Value>, _ summary: String
  ) -> Field where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    value(name, path, .choice, summary)
  }

  public static func list<Element>(
    _ name: String, _ path: FieldPath<Root, [Element]>, of element: FieldFormat<Element>,
    count: ClosedRange<Int> = 0...Int.max, _ summary: String
  ) -> Field {
    value(name, path, .list(of: element, count: count), summary)
  }

  /// A map with names of the user's choice.
  public static func map<Element>(
    _ name: String, _ path: FieldPath<Root, [String: Element]>, of element: FieldFormat<Element>,
    _ summary: String
  ) -> Field {
    value(name, path, .map(of: element), summary)
  }

  /// A nested map with fields of its own.
  public static func object<Value: Configurable>(
    _ name: String, _ path: FieldPath<Root, Value>, _ summary: String
  ) -> Field {
    value(name, path, .object, summary)
  }

  /// A field that may be `null`: `.optional("max_steps", \.maxSteps, .integer(in: 1...), "…")`.
  public static func optional<Value>(
    _ name: String, _ path: FieldPath<Root, Value?>, _ format: FieldFormat<Value>, _ summary: String
  ) -> Field {
    value(name, path, .optional(format), summary)
  }

  /// A field with a reader and a canonical writer of its own.
  ///
  /// - Parameter expected: completes "must be …" in the documentation, such as `a map of patterns`.
  public static func any<Value: Sendable>(
    _ name: String, _ path: FieldPath<Root, Value>, expected: String, _ summary: String,
    read: @escaping @Sendable (JSON) throws(FieldProblem) -> Value,
    write: @escaping @Sendable (Value) -> JSON
  ) -> Field {
    value(name, path, .custom(expected: expected, read: read, write: write), summary)
  }

  /// All fields of a nested configuration, at this level: `.group(\.training)`.
  ///
  /// - Parameter excluded: keys that mean nothing here and stay unknown.
  public static func group<Value: Configurable>(
    _ path: FieldPath<Root, Value>, except excluded: Set<String> = []
  ) -> Field {
    let lifted = FieldTable<Value>().fields.filter { !excluded.contains($0.name) }.map { field in
      let outer = Field(
        name: field.name, summary: field.summary, lifted: nil, makeType: field.makeType,
        read: { json, root in field.read(json, &root[keyPath: path]) },
        write: { field.write($0[keyPath: path]) })
      return field.isInKey ? outer : outer.outsideKey()
    }
    return Field(
      name: "", summary: "", lifted: lifted, makeType: { .any(expected: "a group of fields") },
      read: { _, _ in [] }, write: { _ in .null })
  }
}
