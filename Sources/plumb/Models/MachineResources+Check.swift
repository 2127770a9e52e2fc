import Diagnostics
import Execution
import LanguageModels

extension MachineResources {
  /// Refuses work that needs more memory than this process may have.
  ///
  /// - Parameters:
  ///   - bytes: that the work takes.
  ///   - held: bytes that the process has taken for it already.
  ///   - work: what it is, in the plural.
  /// - Throws: `Diagnostic` with the memory needed and the memory there is.
  func check(_ bytes: Int, beside held: Int = 0, for work: String, hint: String) throws(Diagnostic) {
    let most = min(max(0, memory - held), ResourceLimits.machine.memory)
    guard bytes > most else { return }
    throw Diagnostic(
      .badArgument,
      "\(work) take some \(Figures.bytes(Int64(bytes))), and this process may have \(Figures.bytes(Int64(most)))",
      hint: hint)
  }
}
