import ArgumentParser
import Execution
import Foundation
import Stages

/// The inside of a run: one stage in a process of its own.
struct StageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage", abstract: "Run one stage; started by 'plumb run', not by hand.",
    shouldDisplay: false)

  @Argument(help: "The request, a JSON file.")
  var request: String

  func run() throws {
    throw ExitCode(try StageProcess.main(request: URL(fileURLWithPath: request), registry: .builtIn))
  }
}
