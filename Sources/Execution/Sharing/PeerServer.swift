import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage

/// Speaks for a store over a pair of pipes: the inside of `plumb store serve`.
public struct PeerServer {
  /// Of the conversation; both sides must have the same.
  static let version = 1

  private let peer: LocalPeer
  private let channel: PeerChannel

  public init(_ peer: LocalPeer, reading input: Int32, writing output: Int32) {
    self.peer = peer
    channel = PeerChannel(reading: input, writing: output)
  }

  /// Answers until the other side ends.
  ///
  /// - Throws: `Diagnostic` if the other side does not keep to the protocol.
  public func run() throws {
    try channel.send(["plumb": .integer(Self.version)])
    while let request = try channel.receive() {
      do { try answer(request) } catch let error as Diagnostic {
        if [.peerUnavailable, .peerMisbehaved].contains(error.code) { throw error }
        try channel.send(
          [
            "error": [
              "code": .string(error.code.rawValue), "message": .string(error.message),
              "hint": JSON(error.hint),
            ]
          ])
      }
    }
  }

  private func answer(_ request: JSON) throws {
    switch request["do"]?.stringValue {
    case "runs": try reply(.array(peer.endedRuns().map { .string($0.text) }))
    case "share":
      let targets = try request["targets"].texts()
      try reply(.array(peer.sharedRuns(targets).map { .array($0.map { .string($0.text) }) }))
    case "contents":
      let runs = try request["runs"].texts().map { RunID($0) }
      try reply(.array(peer.contents(of: runs).map(\.json)))
    case "missing": try reply(.array(peer.missing(request["digests"].digests()).map { .string($0.text) }))
    case "bundle": try reply(peer.bundle(of: RunID(request["run"]?.stringValue ?? "")))
    case "import": try reply(peer.importRuns(request["runs"]?.arrayValue ?? []).json)
    case "tags": try reply(.array(peer.sharedTags(request["names"].flatMap { try? Optional($0).texts() })))
    case "import-tags":
      let result = try peer.importTags(request["tags"]?.arrayValue ?? [])
      try reply([
        "moved": .array(result.moved.map(JSON.string)), "kept": .array(result.kept.map(JSON.string)),
      ])
    case "confirm":
      try peer.confirm((request["contents"]?.arrayValue ?? []).map { try ObjectReference(shared: $0) })
      try reply(.null)
    case "send": try send(request["digest"].digest())
    case "receive": try receive(request["digest"].digest(), request["bytes"]?.intValue ?? 0)
    default: throw PeerChannel.misbehaved("a request that is not known here")
    }
  }

  private func reply(_ value: JSON) throws { try channel.send(["ok": value]) }

  /// Sends as many bytes as were announced, whatever happens, and then whether they are right.
  private func send(_ digest: Digest) throws {
    let size = try peer.size(of: digest)
    try channel.send(["ok": .integer(Int(size))])
    var rest = size
    do {
      try peer.send(digest) { bytes in
        let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(rest)))
        try channel.send(part)
        rest -= Int64(part.count)
      }
      guard rest == 0 else { throw Diagnostic(.objectDamaged, "the object \(digest) is shorter than it was") }
    } catch {
      try channel.pad(rest)
      throw error
    }
    try reply(.null)
  }

  private func receive(_ digest: Digest, _ size: Int) throws {
    guard size >= 0 else { throw PeerChannel.misbehaved("a negative number of bytes") }
    var rest = Int64(size)
    do {
      try peer.receive(
        digest, size: { Int64(size) },
        from: { sink in
          try channel.receive(rest) { bytes in
            rest -= Int64(bytes.count)
            try sink(bytes)
          }
        })
    } catch {
      try channel.receive(rest) { _ in }
      throw error
    }
    try reply(.null)
  }
}

extension PeerChannel {
  /// Stands in for bytes that were announced and cannot be had.
  func pad(_ count: Int64) throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 16)
    var rest = count
    while rest > 0 {
      let part = Int(min(rest, Int64(zeros.count)))
      try zeros.withUnsafeBytes { try send(UnsafeRawBufferPointer(rebasing: $0[..<part])) }
      rest -= Int64(part)
    }
  }
}
