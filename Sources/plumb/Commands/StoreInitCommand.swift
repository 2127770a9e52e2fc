import ArgumentParser
import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage

struct StoreInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a store, or set who may look into one.",
    discussion: """
      A store is made by the first run that needs it, and is its user's alone, whatever the umask. With --shared its \
      group may read and write it, too; without, a store that was shared is private again.
      """)

  @Flag(name: .long, help: "Let the members of the store's group read and write it.")
  var shared = false

  @Option(
    name: .long,
    help: ArgumentHelp("With --shared: the group; else that of the directory.", valueName: "name"))
  var group: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { if group != nil, !shared { throw ValidationError("--group needs --shared") } }

  func run() throws {
    let layout = store.layoutToFill
    let identifier = try group.map(Self.identifier)
    try layout.create()
    _ = try LineageDatabase(layout)
    try layout.apply(shared ? .group : .onlyUser, group: identifier)
    let owner = layout.groupName
    output.write(
      json: [
        "schema": "plumb.init/1", "path": .string(layout.root.path), "shared": .bool(shared),
        "group": JSON(shared ? owner : nil),
      ],
      text: { style in
        let who = shared ? "shared with the group \(owner)" : "private"
        return "\(style.bold(layout.root.path)) is \(who)\n"
      })
  }

  private static func identifier(of group: String) throws -> gid_t {
    guard let entry = getgrnam(group) else {
      throw Diagnostic(.badArgument, "there is no group '\(group)'", hint: "'id -Gn' lists yours")
    }
    return entry.pointee.gr_gid
  }
}

extension StoreLayout {
  /// The name of the group that owns the store; its number where it has none.
  var groupName: String {
    var status = stat()
    guard stat(root.path, &status) == 0 else { return "" }
    return getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) } ?? "\(status.st_gid)"
  }

  /// The mode bits of the store's directory that let others in.
  var openBits: mode_t {
    var status = stat()
    guard stat(root.path, &status) == 0 else { return 0 }
    return status.st_mode & (permissions.isShared ? 0o007 : 0o077)
  }
}
