import Artifacts
import Foundation

/// What garbage collection would take, and why it keeps the rest.
public struct CollectionPlan: Sendable {
  /// Something that keeps artifacts.
  public struct Root: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable { case live, tag, pin, run }

    public var kind: Kind
    /// A run's identifier, a tag's name, or how a pinned artifact is called.
    public var name: String
    public var artifacts: Set<Digest>
  }

  /// An object that no root keeps.
  public struct Garbage: Sendable, Hashable {
    public var digest: Digest
    public var bytes: Int64
    public var reason: String
  }

  /// What an unfinished stage left to resume from, which no kept run would.
  public struct StaleCheckpoint: Sendable, Hashable {
    public var key: Digest
    public var reason: String
  }

  /// What a model said of rows, which no training will ask for.
  public struct StaleScores: Sendable, Hashable {
    public var model: Digest
    /// Names of files.
    public var files: [String]
    public var bytes: Int64
    public var reason: String
  }

  /// In the order in which they were asked: an object is kept by the first that needs it.
  public var roots: [Root]
  public var keptBytes: Int64 = 0
  public var keptObjects = 0
  /// By size, greatest first.
  public var garbage: [Garbage] = []
  public var checkpoints: [StaleCheckpoint] = []
  public var scores: [StaleScores] = []

  public var garbageBytes: Int64 { garbage.reduce(0) { $0 + $1.bytes } }
}
