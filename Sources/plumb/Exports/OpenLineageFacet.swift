import JSONText

extension JSON.Member {
  /// A facet of OpenLineage's specification.
  ///
  /// - Parameter version: of its schema, such as `1-0-1`.
  static func facet(_ key: String, _ name: String, _ version: String, _ content: JSON) -> Self {
    facet(key, schema: "https://openlineage.io/spec/facets/\(version)/\(name).json#/$defs/\(name)", content)
  }

  /// A facet of this program's own, which OpenLineage calls custom: its key has the program's name in front.
  static func ownFacet(_ key: String, _ name: String, _ content: JSON) -> Self {
    facet("plumbline_" + key, schema: "urn:plumbline:openlineage:1:\(name)", content)
  }

  private static func facet(_ key: String, schema: String, _ content: JSON) -> Self {
    .init(
      key,
      .object(
        [.init("_producer", OpenLineageEvents.producer), .init("_schemaURL", .string(schema))]
          + (content.members ?? [])))
  }
}
