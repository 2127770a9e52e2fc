import JSONText

/// An entity of an RO-Crate's graph: an object of JSON-LD with an identifier and types.
struct CrateEntity {
  let id: String
  private var members: [JSON.Member]

  init(_ id: String, _ types: String..., properties: [JSON.Member] = []) {
    self.id = id
    let type: JSON = types.count == 1 ? .string(types[0]) : .array(types.map(JSON.string))
    members = [.init("@id", .string(id)), .init("@type", type)] + properties
  }

  /// Adds a property; nothing for null and for an empty list.
  mutating func add(_ name: String, _ value: JSON) {
    if !value.isNull, value != [] { members.append(.init(name, value)) }
  }

  mutating func add(_ name: String, _ text: String?) { add(name, JSON(text)) }

  /// Adds a property that points to other entities.
  mutating func add(_ name: String, to ids: [String]) {
    let references = ids.uniqued().map { JSON.object([.init("@id", .string($0))]) }
    add(name, references.count == 1 ? references[0] : .array(references))
  }

  var json: JSON { .object(members) }

  /// A scalar with its name.
  static func value(_ id: String, _ name: String, _ value: JSON) -> CrateEntity {
    CrateEntity(id, "PropertyValue", properties: [.init("name", .string(name)), .init("value", value)])
  }
}
