import Foundation

/// What the machine that tests run on allows.
enum Machine {
  /// Whether a small file system can be mounted in a name space of its own.
  static let canMount = (try? Plumb.shell("unshare -m sh -c 'mount -t tmpfs tmpfs /mnt'").status) == 0

  /// Whether there is a C compiler, for a library that is loaded before the system's.
  static let canPreload = (try? Plumb.shell("command -v cc").status) == 0
}
