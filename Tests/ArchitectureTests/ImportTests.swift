import Foundation
import Testing

/// Holds the picture of the house in the README: who may import whom.
@Suite struct ImportTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources")

  /// What each room may import of the others and of packages. Everything may use `Diagnostics` and `JSONText`; `CYaml`
  /// is the C library inside Yams, which `Pipeline` needs for the places of YAML nodes.
  static let arrows: [String: Set<String>] = [
    "Diagnostics": [],
    "JSONText": [],
    "Compute": ["CKernels", "COpenBLAS"],
    "Tokenization": [],
    "DataLoading": ["Tokenization", "CZlib"],
    "LanguageModels": ["Compute", "Tokenization"],
    "Alignment": ["LanguageModels", "DataLoading", "Compute", "Tokenization"],
    "Artifacts": ["CLibCrypto"],
    "Pipeline": ["Artifacts", "Yams", "CYaml"],
    "Lineage": ["Artifacts", "GRDB"],
    "Execution": ["Pipeline", "Artifacts", "Lineage"],
    "Stages": [
      "Pipeline", "Artifacts", "Alignment", "LanguageModels", "DataLoading", "Tokenization", "Compute",
    ],
    "Pages": [],
    "plumb": [
      "Execution", "Pipeline", "Artifacts", "Lineage", "Stages", "LanguageModels", "Tokenization",
      "DataLoading", "Compute", "Pages", "ArgumentParser",
    ],
  ]

  /// Modules of the platform.
  static let platform: Set<String> = ["Swift", "Foundation", "Synchronization", "Glibc", "Dispatch"]

  @Test(arguments: arrows.keys.sorted())
  func `A room imports only what the design allows`(room: String) throws {
    let allowed = try #require(Self.arrows[room]).union(["Diagnostics", "JSONText"]).union(Self.platform)
    for file in try Self.files(of: room) {
      for module in try Self.imports(of: file) {
        #expect(allowed.contains(module), "\(file.lastPathComponent) imports \(module)")
      }
    }
  }

  @Test func `Every Swift target is in the picture`() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
    let swift = try folders.filter { try !Self.files(of: $0).isEmpty }
    #expect(Set(swift) == Set(Self.arrows.keys))
  }

  static func files(of room: String) throws -> [URL] {
    let folder = root.appendingPathComponent(room)
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".swift") }.map { folder.appendingPathComponent($0) }
  }

  /// What may stand before `import`, beside attributes.
  private static let accessLevels: Set<String> = ["public", "package", "internal", "fileprivate", "private"]

  private static func imports(of file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"),
        words[..<index].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains(String($0)) })
      else { return nil }
      return words.last.map { String($0.prefix { $0 != "." }) }
    }
  }
}
