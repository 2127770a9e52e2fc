import Foundation

/// Cores and memory that this process may use: the machine's, within the limits of its control groups.
package struct MachineResources: Hashable {
  package var cores: Int
  /// Bytes.
  package var memory: Int

  package init(cores: Int, memory: Int) {
    self.cores = cores
    self.memory = memory
  }

  package static var current: MachineResources {
    let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    let process = ProcessInfo.processInfo
    return MachineResources(
      cores: process.activeProcessorCount, memory: Int(clamping: process.physicalMemory)
    )
    .limited(by: groups, root: "/sys/fs/cgroup")
  }

  /// - Parameters:
  ///   - groups: `/proc/self/cgroup`, a line `hierarchy:controllers:path` for each (cgroups(7)).
  ///   - root: where control groups are mounted.
  package func limited(by groups: String, root: String) -> MachineResources {
    var result = self
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let controllers = parts[1].split(separator: ",")
      let mount = controllers.isEmpty ? root : "\(root)/\(parts[1])"
      // A limit may be set at any level. Inside a container the path may lead to nothing, and the mount is the group.
      var levels = parts[2].split(separator: "/")
      while true {
        result.apply(directory: ([mount] + levels.map(String.init)).joined(separator: "/"))
        if levels.popLast() == nil { break }
      }
    }
    return result
  }

  /// Processes that the system has ended so far because memory ran out (`oom_kill` in `/proc/vmstat`, which
  /// counts those of all control groups); nil where it does not tell.
  static var memoryKills: Int? {
    let text = (try? String(contentsOfFile: "/proc/vmstat", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
    return line?.split(separator: " ").last.flatMap { Int($0) }
  }

  private mutating func apply(directory: String) {
    func words(_ name: String) -> [Substring] {
      ((try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)) ?? "")
        .split(whereSeparator: \.isWhitespace)
    }
    for name in ["memory.max", "memory.limit_in_bytes"] {
      if let limit = words(name).first.flatMap({ Int($0) }), limit > 0 { memory = min(memory, limit) }
    }
    let second = words("cpu.max")
    let quota = second.first ?? words("cpu.cfs_quota_us").first
    let period = second.dropFirst().first ?? words("cpu.cfs_period_us").first
    if let quota = quota.flatMap({ Double($0) }), let period = period.flatMap({ Double($0) }), quota > 0,
      period > 0
    {
      cores = min(cores, max(1, Int((quota / period).rounded(.up))))
    }
  }
}
