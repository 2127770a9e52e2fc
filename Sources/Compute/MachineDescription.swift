import COpenBLAS
import Foundation

/// What computations run on, for reports.
public struct MachineDescription: Sendable, Hashable {
  /// Such as `OpenBLAS 0.3.21 SkylakeX`.
  public var matrixProducts: String
  /// The widest vector instructions of this processor that the kernels have a version for: `AVX-512`, `AVX2` or
  /// `baseline`.
  public var vectors: String
  public var processors: Int

  public init() {
    matrixProducts =
      String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ") + " "
      + String(cString: openblas_get_corename())
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let flags =
      information.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
    vectors = flags.contains("avx512f") ? "AVX-512" : flags.contains("avx2") ? "AVX2" : "baseline"
    processors = ProcessInfo.processInfo.activeProcessorCount
  }
}
