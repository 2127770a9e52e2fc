import Diagnostics
import JSONText
import Pipeline

/// A kind of stage with its ports and keys.
struct KindView {
  private let kind: any StageKind.Type
  private let fields: [FieldDescription]

  init(_ kind: any StageKind.Type) {
    self.kind = kind
    fields = kind.describedFields
  }

  /// The description of a key, dots leading into nested maps.
  ///
  /// - Throws: `Diagnostic` with the nearest key.
  func field(_ path: String) throws -> FieldDescription {
    var known = fields + kind.commonFields
    var found: FieldDescription?
    for part in path.split(separator: ".").map(String.init) {
      guard let next = known.first(where: { $0.name == part }) else {
        let names = known.map(\.name)
        throw Diagnostic(
          .unknownKey, "'\(kind.name)' has no key '\(path)'",
          hint: nearestName(to: part, among: names).map { "did you mean '\($0)'?" }
            ?? (names.isEmpty ? "it takes no keys" : "the keys are: \(names.joined(separator: ", "))"))
      }
      found = next
      known = next.type.members
    }
    guard var field = found else { throw Diagnostic(.unknownKey, "name a key after the dot") }
    field.name = path
    return field
  }

  func text(_ style: Style) -> String {
    var text = "\(style.bold(kind.name))  \(kind.summary)\n"
    if !kind.inputs.isEmpty {
      var table = TextTable([("INPUT", .left), ("TYPE", .left), ("", .left)])
      for port in kind.inputs { table.add([Self.name(port), Self.types(port), port.summary]) }
      text += "\n" + table.render(style)
    }
    var outputs = TextTable([("OUTPUT", .left), ("TYPE", .left), ("", .left)])
    for port in kind.outputs { outputs.add([port.name, port.type.rawValue, port.summary]) }
    text += "\n" + outputs.render(style)
    if !fields.isEmpty { text += "\n" + Self.text(fields, style) }
    return text + "\n" + Self.text(kind.commonFields, title: "KEY OF EVERY STAGE", style)
  }

  var json: JSON {
    [
      "schema": "plumb.kind/1", "name": .string(kind.name), "version": .integer(kind.version),
      "summary": .string(kind.summary),
      "inputs": .array(
        kind.inputs.map { port in
          [
            "name": .string(port.name),
            "types": .array(port.accepts.map(\.rawValue).sorted().map(JSON.string)),
            "arity": .string("\(port.arity)"), "summary": .string(port.summary),
          ]
        }),
      "outputs": .array(
        kind.outputs.map { port in
          ["name": .string(port.name), "type": .string(port.type.rawValue), "summary": .string(port.summary)]
        }),
      "keys": .array(fields.map(Self.json)), "common_keys": .array(kind.commonFields.map(Self.json)),
    ]
  }

  static func json(_ field: FieldDescription) -> JSON {
    [
      "name": .string(field.name), "expected": .string(field.type.expected), "default": field.defaultValue,
      "summary": .string(field.summary), "keys": .array(field.type.members.map(json)),
    ]
  }

  /// Keys with their defaults and what they take; keys of nested maps below them.
  static func text(_ fields: [FieldDescription], title: String = "KEY", _ style: Style) -> String {
    var table = TextTable([(title, .left), ("DEFAULT", .left), ("TAKES", .left), ("", .left)])
    func add(_ field: FieldDescription, prefix: String) {
      let members = field.type.members
      table.add([
        prefix + field.name, members.isEmpty ? field.defaultValue.compact : "", field.type.expected,
        field.summary,
      ])
      for member in members { add(member, prefix: prefix + field.name + ".") }
    }
    for field in fields { add(field, prefix: "") }
    return table.render(style)
  }

  private static func name(_ port: InputPort) -> String {
    switch port.arity {
    case .one: port.name
    case .optional: "\(port.name)?"
    case .many: "\(port.name)…"
    case .named: "\(port.name) {name: …}"
    }
  }

  private static func types(_ port: InputPort) -> String {
    port.accepts.map(\.rawValue).sorted().joined(separator: " | ")
  }
}

extension FieldType {
  /// The fields of a nested map; empty for everything else.
  fileprivate var members: [FieldDescription] {
    switch self {
    case .object(let fields): fields
    case .optional(let wrapped): wrapped.members
    case .boolean, .integer, .number, .string, .choice, .list, .map, .any: []
    }
  }
}
