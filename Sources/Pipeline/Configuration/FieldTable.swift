import JSONText

/// The fields of a configuration with groups expanded, built once to read and write many values.
struct FieldTable<Root: Configurable>: Sendable {
  let fields: [Field<Root>]
  private let fieldByName: [String: Field<Root>]

  init() {
    fields = Root.fields.flatMap { $0.lifted ?? [$0] }
    fieldByName = Dictionary(fields.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Reads a configuration from a map; see `Configurable.decode`.
  func decode(_ json: JSON) -> (Root, [FieldProblem]) {
    var value = Root()
    let problems = update(&value, from: json)
    return (value, problems)
  }

  /// Sets what `json` gives and leaves everything else as it is.
  func update(_ value: inout Root, from json: JSON) -> [FieldProblem] {
    guard let members = json.members else {
      return [FieldProblem("must be a map of keys to values, not \(json.foundDescription)")]
    }
    var problems: [FieldProblem] = []
    var seen: Set<String> = []
    for member in members {
      guard seen.insert(member.key).inserted else {
        problems.append(FieldProblem("is given twice", path: [.key(member.key)]))
        continue
      }
      guard let field = fieldByName[member.key] else {
        problems.append(.unknownKey(member.key, known: fields.map(\.name)))
        continue
      }
      problems += field.read(member.value, &value).map { $0.inside(.key(member.key)) }
    }
    return problems
  }

  /// Every default in place, in the order of the fields: two texts that mean the same give the same value.
  func canonical(_ value: Root) -> JSON { .object(fields.map { JSON.Member($0.name, $0.write(value)) }) }

  /// What the canonical form puts into the cache key: one typed value per leaf, in the order of the fields.
  func components(_ value: Root) -> [ConfigurationComponent] {
    JSON.object(fields.filter(\.isInKey).map { JSON.Member($0.name, $0.write(value)) }).components
  }

  func describe(_ defaults: Root) -> [FieldDescription] {
    fields.map {
      FieldDescription(
        name: $0.name, summary: $0.summary, type: $0.type, defaultValue: $0.write(defaults))
    }
  }
}
