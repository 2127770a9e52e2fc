import ArgumentParser
import Lineage

/// A language in which lineage is written as one text.
///
/// Adding one is a file that makes the text, and a line in `all`.
struct LineageFormat: Sendable, ExpressibleByArgument {
  let name: String
  /// Ends with a newline.
  let render: @Sendable (LineageRecord) -> String

  static let all = [
    LineageFormat(name: "dot") { LineageDiagram($0.graph).dot },
    LineageFormat(name: "mermaid") {
      LineageDiagram($0.graph).mermaid
    },
    LineageFormat(name: "openlineage") {
      OpenLineageEvents($0).lines
    },
    LineageFormat(name: "prov") {
      ProvenanceDocument($0).json.compact + "\n"
    },
  ]

  init(name: String, render: @escaping @Sendable (LineageRecord) -> String) {
    self.name = name
    self.render = render
  }

  init?(argument: String) {
    guard let format = Self.all.first(where: { $0.name == argument }) else { return nil }
    self = format
  }

  static var allValueStrings: [String] { all.map(\.name) }
}
