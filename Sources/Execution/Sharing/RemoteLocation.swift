import Diagnostics

/// Where a store on another machine is: `host:path`, `user@host:path` or `ssh://user@host:port/path`.
public struct RemoteLocation: Sendable, Hashable {
  public let text: String
  /// With the user, where one is named.
  public let host: String
  public let port: Int?
  public let path: String

  /// - Returns: nil for a text that names a directory of this machine.
  /// - Throws: `Diagnostic` if it names a host and cannot be read.
  public init?(_ text: String) throws(Diagnostic) {
    var host: Substring
    var port: Int?
    var path: Substring
    if let rest = text.hasPrefix("ssh://") ? text.dropFirst(6) : nil {
      let slash = rest.firstIndex(of: "/") ?? rest.endIndex
      host = rest[..<slash]
      path = rest[slash...]
      if path.hasPrefix("/~") { path = path.dropFirst() }
      if let colon = host.lastIndex(of: ":") {
        port = Int(host[host.index(after: colon)...])
        guard let port, (1...65_535).contains(port) else { throw Self.unreadable(text) }
        host = host[..<colon]
      }
    } else {
      guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else { return nil }
      host = text[..<colon]
      path = text[text.index(after: colon)...]
    }
    // A host that begins with a dash would be an option to ssh.
    guard !host.isEmpty, !host.hasPrefix("-"), !path.isEmpty, !path.hasPrefix("-"),
      !text.unicodeScalars.contains(where: {
        $0.value < 0x20 || $0.value == 0x7F || $0 == " " && host.contains(" ")
      })
    else { throw Self.unreadable(text) }
    self.text = text
    self.host = String(host)
    self.port = port
    self.path = String(path)
  }

  /// What `ssh` is given to run `plumb store serve` there; the shell on the other side reads the last word.
  func arguments(running program: String, creating: Bool) -> [String] {
    let command = "\(program) store serve \(creating ? "--create " : "")--store \(Self.quoted(path))"
    return (port.map { ["-p", "\($0)"] } ?? []) + [host, command]
  }

  /// A word that a POSIX shell reads back; a leading `~/` stays the home directory.
  private static func quoted(_ path: String) -> String {
    if path.hasPrefix("~/") { return "~/" + quoted(String(path.dropFirst(2))) }
    return "'" + path.replacing("'", with: #"'\''"#) + "'"
  }

  private static func unreadable(_ text: String) -> Diagnostic {
    Diagnostic(
      .peerUnavailable, "'\(text)' names no store of another machine",
      hint: "write it as host:path or ssh://user@host:port/path; a directory with a colon as ./a:b")
  }
}
