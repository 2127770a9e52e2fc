import JSONText

/// Relations by their kind, each with a name that counts.
struct ProvenanceRelations {
  private static let kinds = [
    "used", "wasGeneratedBy", "wasDerivedFrom", "wasAssociatedWith", "wasStartedBy", "wasInformedBy",
  ]
  private var byKind: [String: [JSON.Member]] = [:]

  mutating func add(_ kind: String, _ relation: JSON) {
    let count = byKind[kind]?.count ?? 0
    byKind[kind, default: []].append(.init("_:\(kind)\(count + 1)", relation))
  }

  var members: [JSON.Member] {
    Self.kinds.compactMap { kind in byKind[kind].map { .init(kind, .object($0)) } }
  }
}
