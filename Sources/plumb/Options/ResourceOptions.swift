import ArgumentParser
import Execution
import Pipeline

/// What a run may use of the machine; the same for plan and run.
struct ResourceOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, parsing: .unconditional, help: ArgumentHelp("Stages at a time.", valueName: "n"))
  var jobs = 1

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Threads of all running stages together; all cores by default.", valueName: "n"))
  var threads: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Memory of all running stages together, such as 8GiB; nine tenths of what there is by default.",
      valueName: "size"))
  var memory: ByteCount?

  func validate() throws {
    if !(1...1024).contains(jobs) { throw ValidationError("--jobs must be 1 to 1024") }
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024") }
    if let memory, memory.bytes < 1 { throw ValidationError("--memory must be greater than 0") }
  }

  var budget: ResourceBudget {
    ResourceBudget.make(jobs: jobs, threads: threads, memory: memory.map { Int($0.bytes) })
  }
}
