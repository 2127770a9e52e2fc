import JSONText

extension FieldFormat where Value: Configurable {
  /// A map with the fields of `Value`; keys left out keep the value they have in the surrounding defaults.
  public static var object: Self {
    let table = FieldTable<Value>()
    return FieldFormat(
      makeType: { .object(table.describe(Value())) },
      read: { json, current in
        var value = current ?? Value()
        let problems = table.update(&value, from: json)
        return problems.isEmpty ? .value(value) : .problems(problems)
      },
      write: { table.canonical($0) })
  }
}

extension FieldFormat {
  /// A list; every element is read and every problem reported.
  public static func list<Element>(
    of element: FieldFormat<Element>, count: ClosedRange<Int> = 0...Int.max
  ) -> FieldFormat where Value == [Element] {
    FieldFormat(
      makeType: { .list(element.makeType()) },
      read: { json, _ in
        guard let items = json.arrayValue else {
          return .problems([.mismatch(.list(element.makeType()), json)])
        }
        guard count.contains(items.count) else {
          return .problems([
            FieldProblem("must have \(FieldType.describe(count)) elements, not \(items.count)")
          ])
        }
        var values: [Element] = []
        var problems: [FieldProblem] = []
        for (index, item) in items.enumerated() {
          switch element.read(item, nil) {
          case .value(let value): values.append(value)
          case .problems(let found): problems += found.map { $0.inside(.index(index)) }
          }
        }
        return problems.isEmpty ? .value(values) : .problems(problems)
      },
      write: { .array($0.map(element.write)) })
  }

  /// A map from names of the user's choice; the order of the names carries no meaning.
  public static func map<Element>(of element: FieldFormat<Element>) -> FieldFormat
  where Value == [String: Element] {
    FieldFormat(
      makeType: { .map(element.makeType()) },
      read: { json, _ in
        guard let members = json.members else {
          return .problems([.mismatch(.map(element.makeType()), json)])
        }
        var values: Value = [:]
        var problems: [FieldProblem] = []
        for member in members {
          switch element.read(member.value, nil) {
          case .value(let value): values[member.key] = value
          case .problems(let found): problems += found.map { $0.inside(.key(member.key)) }
          }
        }
        return problems.isEmpty ? .value(values) : .problems(problems)
      },
      write: { values in
        .object(
          values.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
            .map { JSON.Member($0.key, element.write($0.value)) })
      })
  }

  /// The wrapped format's value, or `null`.
  public static func optional<Wrapped>(_ wrapped: FieldFormat<Wrapped>) -> FieldFormat
  where Value == Wrapped? {
    FieldFormat(
      makeType: { .optional(wrapped.makeType()) },
      read: { json, current in
        if json.isNull { return .value(nil) }
        switch wrapped.read(json, current ?? nil) {
        case .value(let value): return .value(value)
        case .problems(let problems): return .problems(problems)
        }
      },
      write: { $0.map(wrapped.write) ?? .null })
  }
}
