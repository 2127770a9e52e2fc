import ArgumentParser
import Artifacts
import Execution

struct StorePushCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Give runs and what they made to another store, which is made if there is none.",
    discussion: """
      Every object is hashed again where it arrives. What is there is not sent again, unless its size is wrong or \
      --verify finds it damaged: a push that was cut off goes on when it is started again. Exits with 7 if objects \
      could not be sent.
      """)

  @OptionGroup var remote: RemoteOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let layout = try store.existingLayout()
    let near = try LocalPeer(layout, name: layout.root.path, creating: false, isOwn: true)
    let other = try remote.destination(besides: layout)
    try TransferView.show(.push, StoreTransfer(pushing: near, to: other), other, remote, output)
  }
}

struct StorePullCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Take runs and what they made from another store, so that they need not run here.",
    discussion: """
      Every object is hashed again and every record checked before it is taken in; the other store is only read. What \
      is here is not sent again, unless its size is wrong or --verify finds it damaged: a pull that was cut off goes \
      on when it is started again. Exits with 7 if objects were refused.
      """)

  @OptionGroup var remote: RemoteOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let layout = store.layoutToFill
    let other = try remote.source(besides: layout)
    let near = try LocalPeer(layout, name: layout.root.path, creating: true, isOwn: true)
    try TransferView.show(.pull, StoreTransfer(pulling: other, into: near), other, remote, output)
  }
}
