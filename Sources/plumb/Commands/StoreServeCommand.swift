import ArgumentParser
import Execution

/// The other end of a push or pull through `ssh`.
struct StoreServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Speak for a store on standard input and output; started by push and pull.",
    shouldDisplay: false)

  @Flag(name: .long, help: "Take in what is sent, too, and make the store if there is none.")
  var create = false

  @OptionGroup var store: StoreOptions

  func run() throws {
    let layout = store.layoutToFill
    let name = layout.root.path
    let source: any StoreSource =
      try create
      ? LocalPeer(layout, name: name, creating: true, isOwn: true)
      : LocalSource(layout, name: name, isOwn: true)
    try PeerServer(source, reading: 0, writing: StandardStream.output.rawValue).run()
  }
}
