import Foundation
import Testing

/// Holds the list of diagnostic codes, which is spread over the rooms that raise them.
@Suite struct DiagnosticCodeTests {
  @Test func `A code is declared once, in the range of its room`() throws {
    let declaration = /DiagnosticCode\(\s*"(E(\d)\d\d)"/
    let rooms: [Character: Set<String>] = [
      "0": ["Pipeline", "plumb"], "1": ["Diagnostics", "DataLoading", "Stages"],
      "2": ["Diagnostics", "LanguageModels", "Tokenization", "Stages"], "3": ["Artifacts", "Lineage"],
      "4": ["Execution"], "5": ["Alignment", "Stages"], "9": ["plumb"],
    ]
    var places: [String: [String]] = [:]
    for room in try FileManager.default.contentsOfDirectory(atPath: ImportTests.root.path) {
      for file in try ImportTests.files(of: room) {
        let text = try String(contentsOf: file, encoding: .utf8)
        for match in text.matches(of: declaration) {
          let code = String(match.output.1)
          places[code, default: []].append("\(room)/\(file.lastPathComponent)")
          let allowed = try #require(match.output.2.first.flatMap { rooms[$0] }, "\(code)")
          #expect(allowed.contains(room), "\(code) is declared in \(room)")
        }
      }
    }
    #expect(places.count > 100)
    for (code, files) in places where files.count > 1 { Issue.record("\(code) is declared in \(files)") }
  }
}
