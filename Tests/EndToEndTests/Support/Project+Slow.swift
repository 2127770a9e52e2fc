import JSONText
import Testing

extension Project {
  /// The pipeline with a base model that trains for long enough to be caught at it.
  static func slow(steps: Int = 1500) throws -> Project {
    let project = try Project()
    try project.replace("max_steps: 6", with: "max_steps: \(steps)")
    return project
  }

  /// Starts a run and waits until the base model has been trained for some steps.
  func startUntilBaseTrains() throws -> RunningCommand {
    let command = try start("run", "pipeline.yaml")
    let isTraining = try eventually { try baseSteps() > 0 || !command.isRunning }
    try #require(isTraining && command.isRunning, "\(command.errorsSoFar)")
    return command
  }

  /// Steps that the running base model is known to have made; 0 if it does not train now.
  private func baseSteps() throws -> Int {
    let result = try plumb("status", "--json")
    guard result.status == 0 else { return 0 }
    let stage = try result.json()["stages"]?.arrayValue?.first { $0["name"] == "base" }
    return stage?["state"] == "running" ? stage?["progress"]?["done"]?.intValue ?? 0 : 0
  }
}
