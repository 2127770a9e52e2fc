import Foundation

/// What this process uses of the machine.
enum ProcessUse {
  /// CPU time of the calling thread, in seconds.
  static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The highest resident memory so far, in bytes; 0 where the system does not tell.
  static var peakMemory: Int { status("VmHWM:") }

  /// Lets no allocation take the address space further than some bytes beyond what it is now.
  static func limitMemory(to growth: Int) {
    let bound = rlim_t(status("VmSize:") + growth)
    var limit = rlimit(rlim_cur: bound, rlim_max: bound)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }

  private static func status(_ field: String) -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(field) }
    return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) }.map { $0 << 10 } ?? 0
  }
}
