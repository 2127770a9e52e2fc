import ArgumentParser

struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Check the store, find files in it, share it, or free its space.",
    subcommands: [
      StoreInitCommand.self, StoreVerifyCommand.self, StorePathCommand.self, StoreCollectCommand.self,
      StorePinCommand.self,
      StoreUnpinCommand.self, StorePushCommand.self, StorePullCommand.self, StoreServeCommand.self,
    ])
}
