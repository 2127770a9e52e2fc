import Diagnostics
import Foundation

/// What a check of every object found.
public struct StoreVerification: Sendable {
  /// Objects looked at.
  public var objects = 0
  /// Bytes hashed.
  public var bytes: Int64 = 0
  public var damage: [ObjectDamage] = []
  /// For each listed object, the directories that list it.
  fileprivate var parents: [Digest: Set<Digest>] = [:]

  /// The objects that cannot be used if `digest` cannot: itself, and the directories that hold it.
  public func dependents(of digest: Digest) -> Set<Digest> {
    var found: Set<Digest> = [digest]
    var pending = [digest]
    while let next = pending.popLast() {
      for parent in parents[next] ?? [] where found.insert(parent).inserted { pending.append(parent) }
    }
    return found
  }
}

/// An object that is not what its name says.
public struct ObjectDamage: Sendable, Hashable {
  public enum Problem: Sendable, Hashable {
    case contents(actual: Digest)
    case unreadable(String)
    /// Listed by a directory, or expected by the caller, and not there.
    case missing
  }

  public var digest: Digest
  public var problem: Problem
}

extension ObjectStore {
  /// Hashes every object and compares with its name; changes nothing.
  ///
  /// - Parameters:
  ///   - expected: objects that must be there, such as those the database has rows for.
  ///   - progress: told how many objects of how many have been checked.
  /// - Throws: `Diagnostic` if the store's directories cannot be read. Damage is in the result.
  public func verify(expecting expected: [Digest] = [], progress: (Int, Int) -> Void = { _, _ in }) throws
    -> StoreVerification
  {
    var result = StoreVerification()
    let present = try objectNames()
    for (index, digest) in present.enumerated() {
      progress(index, present.count)
      check(digest, into: &result)
    }
    let known = Set(present)
    let missing = Set(expected).union(result.parents.keys).subtracting(known)
    result.damage += missing.sorted().map { ObjectDamage(digest: $0, problem: .missing) }
    return result
  }

  private func check(_ digest: Digest, into result: inout StoreVerification) {
    result.objects += 1
    do throws(Diagnostic) {
      let file = try openObject(digest)
      let isListing = try file.startsWithListingHeader()
      var bytes: [UInt8] = []
      let (actual, size) = try file.hash { chunk in if isListing { bytes.append(contentsOf: chunk) } }
      result.bytes += size
      guard actual == digest else {
        result.damage.append(ObjectDamage(digest: digest, problem: .contents(actual: actual)))
        return
      }
      for entry in (isListing ? TreeListing(bytes: bytes) : nil)?.entries ?? [] {
        result.parents[entry.object.digest, default: []].insert(digest)
      }
    } catch {
      result.damage.append(ObjectDamage(digest: digest, problem: .unreadable(error.message)))
    }
  }

  /// The objects in the store, sorted; names that are no digests are none of its business.
  func objectNames() throws -> [Digest] {
    let root = layout.objects.path
    guard access(root, F_OK) == 0 else { return [] }
    return try entryNames(of: root).filter { $0.count == 2 }
      .flatMap { prefix in
        try entryNames(of: "\(root)/\(prefix)").filter { $0.hasPrefix(prefix) }.compactMap { Digest($0) }
      }
      .sorted()
  }
}
