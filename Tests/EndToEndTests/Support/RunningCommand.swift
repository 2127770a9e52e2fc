import Foundation

/// A child process whose two streams go to files, so that none of them can fill a pipe.
final class RunningCommand {
  private let process = Process()
  private let folder: URL

  init(
    _ executable: URL, _ arguments: [String], in directory: URL? = nil, environment: [String: String] = [:]
  ) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("plumb-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = directory
    var variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // A store of the developer's own must not be found.
    if environment["PLUMB_STORE"] == nil { variables["PLUMB_STORE"] = nil }
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try RunningCommand.handle(output)
    process.standardError = try RunningCommand.handle(errors)
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private var output: URL { folder.appendingPathComponent("out") }
  private var errors: URL { folder.appendingPathComponent("err") }

  var isRunning: Bool { process.isRunning }

  /// Processes that this one started and that still run.
  var children: [Int32] {
    let path = "/proc/\(process.processIdentifier)/task/\(process.processIdentifier)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// What was written to standard error so far.
  var errorsSoFar: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  /// Waits for the end; a command that takes longer than any should is killed, so that its test fails.
  func wait() throws -> Plumb.Result {
    if !eventually(within: 120, { !process.isRunning }) { send(SIGKILL) }
    process.waitUntilExit()
    let offset: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return Plumb.Result(
      status: offset + process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  private static func handle(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }
}

/// Waits until a condition holds, looking every few milliseconds.
///
/// - Returns: whether it came to hold within the time, in seconds.
func eventually(within seconds: Double = 30, _ condition: () throws -> Bool) rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < end {
    if try condition() { return true }
    usleep(5000)
  }
  return try condition()
}
