import ArgumentParser
import Compute

/// How many threads a command that computes by itself uses.
struct ThreadOptions: ParsableArguments {
  @Option(name: .long, help: "Threads to compute with; all processors if not given.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024") }
  }

  /// - Throws: `Diagnostic` if the environment asks for another CPU than there is.
  func makeWorkspace() throws -> Workspace {
    try CPULevel.check()
    return Workspace(threads: threads)
  }
}
