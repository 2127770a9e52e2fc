import ArgumentParser
import Execution

/// The other end of a push or pull through `ssh`.
struct StoreServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Speak for a store on standard input and output; started by push and pull.",
    shouldDisplay: false)

  @Flag(name: .long, help: "Make the store if there is none.")
  var create = false

  @OptionGroup var store: StoreOptions

  func run() throws {
    let layout = store.layoutToFill
    let peer = try LocalPeer(layout, name: layout.root.path, creating: create, isOwn: true)
    try PeerServer(peer, reading: 0, writing: StandardStream.output.rawValue).run()
  }
}
