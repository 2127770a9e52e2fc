import Foundation
import Testing

@Suite struct CommandLineTests {
  @Test func `The version is one line on standard output`() throws {
    let result = try Plumb.run(["--version"])
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").count == 1)
  }
}
