/// The stage kinds a program knows, by name. Kinds arrive here from outside: the pipeline knows none itself.
public struct StageRegistry: Sendable {
  public let kinds: [any StageKind.Type]

  public init(_ kinds: [any StageKind.Type]) {
    let names = kinds.map { $0.name }
    precondition(Set(names).count == names.count, "stage kinds with the same name: \(names)")
    self.kinds = kinds
  }

  public var names: [String] { kinds.map { $0.name } }

  public subscript(name: String) -> (any StageKind.Type)? { kinds.first { $0.name == name } }
}
