import COpenBLAS
import Foundation

/// What computations run on, for reports.
public struct MachineDescription: Sendable, Hashable {
  /// Such as `OpenBLAS 0.3.21 SkylakeX`.
  public var matrixProducts: String
  /// The vector instructions that the kernels use: `AVX-512`, `AVX2` or `baseline`.
  public var vectors: String
  public var processors: Int

  public init() {
    matrixProducts =
      String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ") + " "
      + String(cString: openblas_get_corename())
    vectors =
      switch CPULevel.current {
      case .v4: "AVX-512"
      case .v3: "AVX2"
      case .baseline: "baseline"
      }
    processors = ProcessInfo.processInfo.activeProcessorCount
  }
}
