import Foundation

/// What a stage's process used of the machine.
public struct StageUsage: Sendable, Hashable {
  /// Bytes of physical memory at its peak.
  public var peakMemory: Int
  /// Of all processors together.
  public var processorSeconds: Double

  public init(peakMemory: Int, processorSeconds: Double) {
    self.peakMemory = peakMemory
    self.processorSeconds = processorSeconds
  }

  init(_ usage: rusage, peakMemory: Int) {
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    self.init(peakMemory: peakMemory, processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
  }

  /// Of this process up to now; nil where the system does not tell (`VmHWM` in proc_pid_status(5)).
  static var own: StageUsage? {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0,
      let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return StageUsage(usage, peakMemory: kilobytes * 1024)
  }
}
