import Foundation

/// What the machine that tests run on allows.
enum Machine {
  /// Whether a small file system can be mounted in a name space of its own.
  static let canMount = (try? Plumb.shell("unshare -m sh -c 'mount -t tmpfs tmpfs /mnt'").status) == 0

  /// The levels of CPUs that this one has, as `PLUMBLINE_CPU` names them, in ascending order.
  static let cpuLevels: [String] = {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = information.split(separator: "\n").first { $0.hasPrefix("flags") }
    let flags = Set(line?.split(separator: " ").map(String.init) ?? [])
    let needed: [(name: String, flags: Set<String>)] = [
      ("baseline", []), ("x86-64-v3", ["avx2", "bmi2", "fma"]),
      ("x86-64-v4", ["avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"]),
    ]
    return needed.prefix { flags.isSuperset(of: $0.flags) }.map(\.name)
  }()

  /// Whether there is a C compiler, for a library that is loaded before the system's.
  static let canPreload = (try? Plumb.shell("command -v cc").status) == 0
}
