import ArgumentParser

struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Check the store, or find files in it.",
    subcommands: [StoreVerifyCommand.self, StorePathCommand.self])
}
