import Foundation
import Testing

/// Holds that every behaviour of `Tests/Scenarios.md` has an end-to-end test.
@Suite struct ScenarioTests {
  private static let tests = ImportTests.root.deletingLastPathComponent().appendingPathComponent("Tests")

  /// The numbers of the list.
  private static func numbers() throws -> [Int] {
    let text = try String(contentsOf: tests.appendingPathComponent("Scenarios.md"), encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      line.firstIndex(of: ".").flatMap { Int(line[..<$0]) }
    }
  }

  @Test func `Every behaviour is the subject of an end-to-end test by its number`() throws {
    let folder = Self.tests.appendingPathComponent("EndToEndTests")
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let sources = try paths.filter { $0.hasSuffix(".swift") }
      .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }.joined()
    let numbers = try Self.numbers()
    #expect(numbers == Array(1...23))
    for number in numbers { #expect(sources.contains("`\(number): "), "\(number) has no test") }
  }
}
