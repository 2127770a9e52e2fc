import CKernels

/// A level of CPUs for which the kernels have a version of their own.
///
/// Each level sums in the width of its own registers, so results are bitwise equal at one level and differ in their last
/// digits between two.
public enum CPULevel: UInt32, Sendable, CaseIterable {
  /// x86-64 with SSE2, or another architecture.
  case baseline
  /// x86-64 with AVX2.
  case v3
  /// x86-64 with AVX-512.
  case v4

  /// The environment variable that names a level to use in place of the highest; read when the process starts.
  public static let variable = "PLUMBLINE_CPU"

  /// The highest level of this CPU.
  public static var available: CPULevel { CPULevel(pl_available_cpu_level()) }

  /// The level that kernels are used of.
  public static var current: CPULevel { CPULevel(pl_cpu_level()) }

  private init(_ level: pl_level) { self = CPULevel(rawValue: level.rawValue) ?? .baseline }

  /// As in the environment variable, such as `x86-64-v3`.
  public var name: String { String(cString: pl_level_name(pl_level(rawValue))) }
}
