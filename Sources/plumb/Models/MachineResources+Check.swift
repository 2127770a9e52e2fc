import Diagnostics
import Execution

extension MachineResources {
  /// Refuses work that needs more memory than the machine has.
  ///
  /// - Parameters:
  ///   - bytes: that the work takes.
  ///   - work: what it is, in the plural.
  /// - Throws: `Diagnostic` with the memory needed and the memory there is.
  func check(_ bytes: Int, for work: String, hint: String) throws(Diagnostic) {
    guard bytes > memory else { return }
    throw Diagnostic(
      .badArgument,
      "\(work) take some \(Figures.bytes(Int64(bytes))), and the machine has \(Figures.bytes(Int64(memory)))",
      hint: hint)
  }
}
