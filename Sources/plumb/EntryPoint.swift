import ArgumentParser
import Diagnostics

/// Where the program starts: parses, runs, and turns what is thrown into text and an exit code.
@main
enum EntryPoint {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      var command = try Plumb.parseAsRoot(arguments)
      try command.run()
    } catch {
      end(with: error, arguments)
    }
  }

  private static func end(with error: any Error, _ arguments: [String]) -> Never {
    let asJSON = arguments.prefix { $0 != "--" }.contains("--json")
    let diagnostics: [Diagnostic]
    switch error {
    case let error as Diagnostic: diagnostics = [error]
    case let error as DiagnosticList: diagnostics = error.diagnostics
    case is ExitCode: Plumb.exit(withError: error)
    case _ where Plumb.exitCode(for: error) == .success: Plumb.exit(withError: error)
    case _ where Plumb.exitCode(for: error) == .validationFailure:
      diagnostics = [UsageProblem(Plumb.message(for: error), arguments).diagnostic]
    default: diagnostics = [Diagnostic(.unexpected, "\(error)")]
    }
    FailureReport(diagnostics).write(asJSON: asJSON)
    Plumb.exit(withError: ExitStatus(for: diagnostics).code)
  }
}

extension DiagnosticCode {
  public static let usage = DiagnosticCode("E901", "the command line is not valid")
  public static let unexpected = DiagnosticCode("E902", "something failed that has no code of its own")
  public static let noStore = DiagnosticCode("E903", "there is no store, or nothing was run in it")
}
