import Foundation
import JSONText

/// The real command, run as a user runs it.
enum Plumb {
  /// How an invocation ended.
  struct Result: Sendable {
    /// The exit code; 128 and the number for a process that a signal ended, as a shell has it.
    let status: Int32
    let output: String
    let errors: String

    /// Standard output as JSON.
    ///
    /// - Throws: if there is anything else on it.
    func json() throws -> JSON { try JSON.parse(Array(output.utf8), file: "standard output") }
  }

  /// The binary under test: what `PLUMB_BINARY` names, else the one built beside the tests.
  static let binary: URL = {
    if let path = ProcessInfo.processInfo.environment["PLUMB_BINARY"], !path.isEmpty {
      return URL(fileURLWithPath: path)
    }
    return Bundle.main.bundleURL.appendingPathComponent("plumb")
  }()

  /// Runs the command to its end.
  ///
  /// - Parameter environment: added to the test's own.
  static func run(
    _ arguments: [String], in directory: URL? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    try start(arguments, in: directory, environment: environment).wait()
  }

  /// Starts the command and returns at once.
  static func start(
    _ arguments: [String], in directory: URL? = nil, environment: [String: String] = [:]
  ) throws -> RunningCommand {
    try RunningCommand(binary, arguments, in: directory, environment: environment)
  }

  /// Runs a line of shell in which `$PLUMB` is the command.
  static func shell(_ line: String, in directory: URL? = nil) throws -> Result {
    try RunningCommand(
      URL(fileURLWithPath: "/bin/sh"), ["-c", line], in: directory, environment: ["PLUMB": binary.path]
    ).wait()
  }
}
