import Foundation
import TestSupport

/// A reader of what users feed, and a source of inputs for it.
///
/// To add one: a file in `Targets` and a line in `FuzzTargets`.
protocol FuzzTarget {
  static var name: String { get }

  /// - Parameter folder: empty; for the files that an input stands beside.
  init(folder: URL) throws

  /// An input that was never valid, or was once.
  func makeInput(_ random: inout SeededGenerator) -> FuzzInput

  /// Reads an input as the command would, and uses what was read.
  ///
  /// - Throws: `Diagnostic` or `DiagnosticList` for an input that is refused.
  func read(_ file: URL) throws
}

/// The bytes of a file and where it belongs, relative to the folder of the target.
struct FuzzInput {
  var path: String
  var bytes: [UInt8]
}
