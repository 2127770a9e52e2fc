import ArgumentParser
import Diagnostics
import Foundation

/// Where the program starts: parses, runs, and turns what is thrown into text and an exit code.
@main
enum EntryPoint {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    StandardStream.prepare()
    var code = ExitStatus.success.rawValue
    if arguments == ["--version"] {
      // The parser would take longer than all the rest.
      StandardStream.output.writeLine(Plumb.version)
      exit(afterOutput(code))
    }
    do {
      var command = try Plumb.parseAsRoot(arguments)
      try command.run()
    } catch {
      code = report(error, arguments)
    }
    exit(afterOutput(code))
  }

  /// Tells what ended a command.
  ///
  /// - Returns: the exit code.
  private static func report(_ error: any Error, _ arguments: [String]) -> Int32 {
    let asJSON = arguments.prefix { $0 != "--" }.contains("--json")
    let diagnostics: [Diagnostic]
    switch error {
    case let error as Diagnostic: diagnostics = [error]
    case let error as DiagnosticList: diagnostics = error.diagnostics
    case let code as ExitCode: return code.rawValue
    case _ where Plumb.exitCode(for: error) == .success:
      StandardStream.output.writeLine(Plumb.fullMessage(for: error))
      return ExitStatus.success.rawValue
    case _ where Plumb.exitCode(for: error) == .validationFailure:
      diagnostics = [UsageProblem(Plumb.message(for: error), arguments).diagnostic]
    default: diagnostics = [Diagnostic(.unexpected, "\(error)")]
    }
    FailureReport(diagnostics).write(asJSON: asJSON)
    return ExitStatus(for: diagnostics).rawValue
  }

  /// The exit code once it is known whether standard output was written whole. Where nobody reads it any more
  /// (`| head`), the program ends quietly, with what a shell reports for SIGPIPE.
  private static func afterOutput(_ code: Int32) -> Int32 {
    guard let failure = StandardStream.outputFailure else { return code }
    let isGood = [ExitStatus.success, .pending].map(\.rawValue).contains(code)
    if failure == EPIPE { return isGood ? 128 + SIGPIPE : code }
    let reason = String(cString: strerror(failure))
    FailureReport([
      Diagnostic(
        .outputFailed, "standard output could not be written whole: \(reason)",
        hint: "free its disk or send it elsewhere, and run the command again")
    ]).write(asJSON: false)
    return isGood ? ExitStatus.failed.rawValue : code
  }
}

extension DiagnosticCode {
  public static let usage = DiagnosticCode("E901", "the command line is not valid")
  public static let unexpected = DiagnosticCode("E902", "something failed that has no code of its own")
  public static let outputFailed = DiagnosticCode("E908", "standard output could not be written")
  public static let noStore = DiagnosticCode("E903", "there is no store, or nothing was run in it")
}
