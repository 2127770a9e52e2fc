/// What to do with symbolic links below a directory that is hashed or stored.
public enum SymbolicLinks: Sendable, Hashable {
  /// A link is an error: what a stage makes must stand on its own.
  case refuse
  /// A link counts as what it leads to: model directories of download caches are made of links.
  case follow
}
