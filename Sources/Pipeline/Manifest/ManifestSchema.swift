import JSONText

/// The shape of manifests as JSON Schema (draft 2020-12), derived from the stage kinds a program knows.
///
/// References are checked by the manifest's own reader; here every value may be one.
public struct ManifestSchema: Sendable {
  private static let reference: JSON = ["type": "string", "pattern": "\\$\\{.+\\}"]
  private static let name: JSON = ["pattern": "^[^\\s.:@${}]+$"]

  private let registry: StageRegistry

  public init(_ registry: StageRegistry) { self.registry = registry }

  public var json: JSON {
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Plumbline pipeline",
      "type": "object", "required": ["plumbline", "stages"], "additionalProperties": false,
      "properties": [
        "plumbline": ["const": .integer(Manifest.formatVersion)], "name": ["type": "string"],
        "params": [
          "type": "object", "description": "Parameters with their defaults.", "propertyNames": Self.name,
        ],
        "sources": [
          "type": "object", "description": "What enters from outside.", "propertyNames": Self.name,
          "additionalProperties": source,
        ],
        "stages": [
          "type": "object", "propertyNames": Self.name, "minProperties": 1,
          "additionalProperties": [
            "if": ["required": ["choose"]], "then": choice,
            "else": stage(with: ["matrix": matrix]),
          ],
        ],
      ],
    ]
  }

  private var source: JSON {
    [
      "type": "object", "required": ["path", "type"], "additionalProperties": false,
      "properties": [
        "path": ["type": "string"], "type": ["enum": .array(PortType.allCases.map { .string($0.rawValue) })],
      ],
    ]
  }

  private var choice: JSON {
    [
      "type": "object", "required": ["choose", "options"], "additionalProperties": false,
      "properties": [
        "choose": ["type": "string"], "matrix": matrix, "require": requirements,
        "options": ["type": "object", "minProperties": 1, "additionalProperties": stage(with: [:])],
      ],
    ]
  }

  private var matrix: JSON {
    [
      "type": "object", "description": "One instance for each combination of the axes' values.",
      "minProperties": 1,
    ]
  }

  private var requirements: JSON {
    [
      "type": "object", "description": "Comparisons that the stage's metrics must satisfy.",
      "additionalProperties": ["type": "string", "pattern": "^ *(>=?|<=?|==|!=)"],
    ]
  }

  /// A stage, checked by its kind.
  private func stage(with common: JSON) -> JSON {
    let kinds = registry.kinds.map { kind -> JSON in
      ["if": ["properties": ["kind": ["const": .string(kind.name)]]], "then": schema(of: kind, with: common)]
    }
    return [
      "type": "object", "required": ["kind"],
      "properties": ["kind": ["enum": .array(registry.names.map(JSON.string))]], "allOf": .array(kinds),
    ]
  }

  private func schema(of kind: any StageKind.Type, with common: JSON) -> JSON {
    var properties: [JSON.Member] = [
      JSON.Member("kind", ["description": .string(kind.summary)]), JSON.Member("require", requirements),
    ]
    properties += common.members ?? []
    properties += kind.inputs.map { JSON.Member($0.name, schema(of: $0)) }
    for field in kind.describedFields + kind.commonFields {
      let value = schema(of: field)
      if let index = properties.firstIndex(where: { $0.key == field.name }) {
        properties[index].value = ["anyOf": [properties[index].value, value]]
      } else {
        properties.append(JSON.Member(field.name, value))
      }
    }
    let required = kind.inputs.filter { $0.arity != .optional }.map { JSON.string($0.name) }
    return ["properties": .object(properties), "required": .array(required), "additionalProperties": false]
  }

  private func schema(of port: InputPort) -> JSON {
    let types = port.accepts.map(\.rawValue).sorted().joined(separator: " or ")
    let text = JSON.string("\(port.summary) (\(types))")
    return switch port.arity {
    case .one, .optional: ["type": "string", "pattern": "^\\$\\{.+\\}$", "description": text]
    case .many:
      [
        "anyOf": [Self.reference, ["type": "array", "minItems": 1, "items": Self.reference]],
        "description": text,
      ]
    case .named:
      ["type": "object", "minProperties": 1, "additionalProperties": Self.reference, "description": text]
    }
  }

  private func schema(of field: FieldDescription) -> JSON {
    let value: JSON = ["anyOf": [schema(of: field.type), Self.reference]]
    var members = value.members ?? []
    members.append(JSON.Member("description", .string(field.summary)))
    members.append(JSON.Member("default", field.defaultValue))
    return .object(members)
  }

  private func schema(of type: FieldType) -> JSON {
    switch type {
    case .boolean: ["type": "boolean"]
    case .integer(let range):
      .object(
        [JSON.Member("type", "integer")]
          + (range.lowerBound == .min ? [] : [JSON.Member("minimum", .integer(range.lowerBound))])
          + (range.upperBound == .max ? [] : [JSON.Member("maximum", .integer(range.upperBound))]))
    case .number(let range):
      .object(
        [JSON.Member("type", "number")]
          + (range.lowerBound.isFinite ? [JSON.Member("minimum", .number(range.lowerBound))] : [])
          + (range.upperBound.isFinite ? [JSON.Member("maximum", .number(range.upperBound))] : []))
    case .string: ["type": "string"]
    case .choice(let words): ["enum": .array(words.map(JSON.string))]
    case .list(let element): ["type": "array", "items": ["anyOf": [schema(of: element), Self.reference]]]
    case .map(let element):
      ["type": "object", "additionalProperties": ["anyOf": [schema(of: element), Self.reference]]]
    case .object(let fields):
      [
        "type": "object", "additionalProperties": false,
        "properties": .object(fields.map { JSON.Member($0.name, schema(of: $0)) }),
      ]
    case .optional(let wrapped): ["anyOf": [schema(of: wrapped), ["type": "null"]]]
    case .any(let expected): ["description": .string(expected)]
    }
  }
}
