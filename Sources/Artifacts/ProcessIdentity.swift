import Foundation

/// A process, told apart from later ones with the same number.
///
/// It describes who did something; whether a run's owner still lives is decided by its lock.
public struct ProcessIdentity: Sendable, Hashable {
  public var processID: Int32
  /// Clock ticks from the start of the machine to the start of the process; 0 where the system does not say.
  public var startTime: Int64

  public init(processID: Int32, startTime: Int64) {
    self.processID = processID
    self.startTime = startTime
  }

  /// This process.
  public static let current = ProcessIdentity(processID: getpid(), startTime: startTime(of: getpid()) ?? 0)

  /// The 22nd field of `/proc/PID/stat` (proc_pid_stat(5)); the second may hold spaces and parentheses.
  private static func startTime(of processID: Int32) -> Int64? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(processID)/stat"),
      let end = data.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = data[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19 else { return nil }
    return Int64(String(decoding: fields[19], as: UTF8.self))
  }
}
