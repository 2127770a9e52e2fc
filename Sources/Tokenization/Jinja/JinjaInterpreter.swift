/// Renders chat templates written in the part of Jinja that they use, under the settings of `transformers`.
///
/// What is not supported, such as macros or the date of today, is a failure, never another text.
struct JinjaInterpreter {
  /// Statements and expressions a rendering may take.
  private static let maximumSteps = 200_000

  private var scopes: [[String: JinjaValue]]
  private(set) var namespaces: [[String: JinjaValue]] = []
  private var steps = 0
  private var output = ""

  static func render(
    _ template: [JinjaStatement], _ variables: [String: JinjaValue]
  ) throws(JinjaFailure) -> String {
    var interpreter = JinjaInterpreter(scopes: [variables])
    try interpreter.run(template)
    return interpreter.output
  }

  private init(scopes: [[String: JinjaValue]]) { self.scopes = scopes }

  private mutating func step() throws(JinjaFailure) {
    steps += 1
    if steps > Self.maximumSteps { throw .unsupported("a template that takes this long") }
  }

  private mutating func run(_ statements: [JinjaStatement]) throws(JinjaFailure) {
    for statement in statements {
      try step()
      switch statement {
      case .text(let text): output += text
      case .output(let expression): output += try value(of: expression).text
      case .set(let name, let member, let expression):
        try assign(try value(of: expression), to: name, member)
      case .condition(let branches, let otherwise):
        var chosen = otherwise
        for (condition, statements) in branches where try value(of: condition).isTrue {
          chosen = statements
          break
        }
        try run(chosen)
      case .loop(let names, let list, let filter, let body):
        guard names.count == 1 else { throw .unsupported("a loop over pairs") }
        try loop(names[0], list, filter, body)
      }
    }
  }

  private mutating func assign(
    _ value: JinjaValue, to name: String, _ member: String?
  ) throws(JinjaFailure) {
    guard let member else {
      scopes[scopes.count - 1][name] = value
      return
    }
    guard case .namespace(let index) = lookUp(name) else {
      throw .unsupported("a member of what is no namespace")
    }
    namespaces[index][member] = value
  }

  private mutating func loop(
    _ name: String, _ list: JinjaExpression, _ filter: JinjaExpression?, _ body: [JinjaStatement]
  ) throws(JinjaFailure) {
    guard case .list(let all) = try value(of: list) else { throw .unsupported("a loop over what is no list") }
    var items: [JinjaValue] = []
    for item in all {
      scopes.append([name: item])
      defer { scopes.removeLast() }
      guard let filter else {
        items.append(item)
        continue
      }
      if try value(of: filter).isTrue { items.append(item) }
    }
    for (index, item) in items.enumerated() {
      let loop: JinjaValue = .object([
        "index0": .integer(index), "index": .integer(index + 1), "first": .bool(index == 0),
        "last": .bool(index == items.count - 1), "length": .integer(items.count),
        "revindex0": .integer(items.count - 1 - index), "revindex": .integer(items.count - index),
        "previtem": index > 0 ? items[index - 1] : .undefined,
        "nextitem": index + 1 < items.count ? items[index + 1] : .undefined,
      ])
      scopes.append([name: item, "loop": loop])
      defer { scopes.removeLast() }
      try run(body)
    }
  }

  func lookUp(_ name: String) -> JinjaValue {
    for scope in scopes.reversed() { if let value = scope[name] { return value } }
    return .undefined
  }

  mutating func makeNamespace(_ members: [String: JinjaValue]) -> JinjaValue {
    namespaces.append(members)
    return .namespace(namespaces.count - 1)
  }

  mutating func value(of expression: JinjaExpression) throws(JinjaFailure) -> JinjaValue {
    try step()
    switch expression {
    case .literal(let value): return value
    case .variable(let name): return lookUp(name)
    case .list(let items): return .list(try values(of: items))
    case .member(let base, let key): return try member(try value(of: key), of: try value(of: base))
    case .slice(let base, let from, let to, let step):
      return try slice(try value(of: base), try bound(from), try bound(to), try bound(step) ?? 1)
    case .call(nil, let name, let arguments, let named):
      return try call(name, try values(of: arguments), named)
    case .call(.some(let base), let name, let arguments, _):
      return try value(of: base).calling(name, try values(of: arguments))
    case .filter(let base, let name, let arguments):
      return try value(of: base).filtered(name, try values(of: arguments))
    case .test(let base, let name, let arguments):
      return .bool(try value(of: base).passes(name, try values(of: arguments)))
    case .not(let operand): return .bool(try !value(of: operand).isTrue)
    case .negative(let operand): return .integer(try -value(of: operand).integer)
    case .binary("and", let left, let right):
      let first = try value(of: left)
      return first.isTrue ? try value(of: right) : first
    case .binary("or", let left, let right):
      let first = try value(of: left)
      return first.isTrue ? first : try value(of: right)
    case .binary(let symbol, let left, let right):
      return try JinjaValue.combining(symbol, try value(of: left), try value(of: right))
    case .choice(let first, let condition, let second):
      return try value(of: condition).isTrue ? try value(of: first) : try value(of: second)
    }
  }

  private mutating func values(of expressions: [JinjaExpression]) throws(JinjaFailure) -> [JinjaValue] {
    var values: [JinjaValue] = []
    for expression in expressions { values.append(try value(of: expression)) }
    return values
  }

  private mutating func bound(_ expression: JinjaExpression?) throws(JinjaFailure) -> Int? {
    guard let expression else { return nil }
    return try value(of: expression).integer
  }

  private mutating func call(
    _ name: String, _ arguments: [JinjaValue], _ named: [String: JinjaExpression]
  ) throws(JinjaFailure) -> JinjaValue {
    switch name {
    case "raise_exception": throw .raised(try arguments.first?.text ?? "")
    case "namespace":
      var members: [String: JinjaValue] = [:]
      for (name, expression) in named { members[name] = try value(of: expression) }
      return makeNamespace(members)
    case "strftime_now": throw .unsupported("the date of today")
    default: throw .unsupported("the function '\(name)'")
    }
  }

  private func member(_ key: JinjaValue, of base: JinjaValue) throws(JinjaFailure) -> JinjaValue {
    switch (base, key) {
    case (.object(let members), .string(let name)): return members[name] ?? .undefined
    case (.namespace(let index), .string(let name)): return namespaces[index][name] ?? .undefined
    case (.list(let items), .integer(let index)):
      let place = index < 0 ? items.count + index : index
      return items.indices.contains(place) ? items[place] : .undefined
    case (.string(let text), .integer(let index)):
      let scalars = Array(text.unicodeScalars)
      let place = index < 0 ? scalars.count + index : index
      return scalars.indices.contains(place) ? .string(String(Character(scalars[place]))) : .undefined
    case (.undefined, _): throw .raised("a member of what is not defined")
    default: return .undefined
    }
  }

  private func slice(_ base: JinjaValue, _ from: Int?, _ to: Int?, _ step: Int) throws(JinjaFailure)
    -> JinjaValue
  {
    guard case .list(let items) = base else { throw .unsupported("a slice of what is no list") }
    if step == -1, from == nil, to == nil { return .list(items.reversed()) }
    guard step == 1 else { throw .unsupported("a slice by steps") }
    func place(_ index: Int) -> Int { min(max(index < 0 ? items.count + index : index, 0), items.count) }
    let start = place(from ?? 0)
    return .list(Array(items[start..<max(start, place(to ?? items.count))]))
  }
}
