import Compute
import Diagnostics
import Foundation

extension CPULevel {
  /// Refuses a wish for a level that there is not.
  ///
  /// - Throws: `Diagnostic` if the environment variable has a word that names no level, or a level that this CPU lacks.
  static func check() throws(Diagnostic) {
    guard let name = ProcessInfo.processInfo.environment[variable], !name.isEmpty else { return }
    let usable = allCases.filter { $0.rawValue <= available.rawValue }.map(\.name)
    guard !usable.contains(name) else { return }
    let isLevel = allCases.contains { $0.name == name }
    throw Diagnostic(
      .badEnvironment,
      isLevel
        ? "\(variable) is '\(name)', and this CPU has \(available.name)"
        : "\(variable) is '\(name)', which is no level of CPUs",
      hint: "unset \(variable), or set it to \(usable.joined(separator: " or "))")
  }
}

extension DiagnosticCode {
  static let badEnvironment = DiagnosticCode("E910", "an environment variable cannot be followed")
}
