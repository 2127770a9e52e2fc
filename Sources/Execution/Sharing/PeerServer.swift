import Artifacts
import Diagnostics
import Foundation
import JSONText
import Lineage

/// Speaks for a store over a pair of pipes: the inside of `plumb store serve`.
public struct PeerServer {
  /// Of the conversation; both sides must have the same.
  static let version = 1

  private let source: any StoreSource
  private let channel: PeerChannel

  /// - Parameter source: only gives, unless it is a `StorePeer`.
  public init(_ source: any StoreSource, reading input: Int32, writing output: Int32) {
    self.source = source
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
    case "share":
      let targets = try request["targets"].texts()
      try reply(.array(source.sharedRuns(targets).map { .array($0.map { .string($0.text) }) }))
    case "contents":
      let runs = try request["runs"].texts().map { RunID($0) }
      try reply(.array(source.contents(of: runs).map(\.json)))
    case "bundle": try reply(source.bundle(of: RunID(request["run"]?.stringValue ?? "")))
    case "tags": try reply(.array(source.sharedTags(request["names"].flatMap { try? Optional($0).texts() })))
    case "send": try send(request["digest"].digest())
    case let other:
      guard let peer = source as? any StorePeer else {
        throw Diagnostic(.peerUnavailable, "'\(source.name)' was opened to be read only")
      }
      try answer(other, request, peer)
    }
  }

  /// What changes the store, or is asked before.
  private func answer(_ name: String?, _ request: JSON, _ peer: any StorePeer) throws {
    switch name {
    case "runs": try reply(.array(peer.endedRuns().map { .string($0.text) }))
    case "missing":
      let missing = try peer.missing(
        request["objects"].contents(), verifying: request["verifying"]?.boolValue == true)
      try reply(.array(missing.map { .string($0.text) }))
    case "import": try reply(peer.importRuns(request["runs"]?.arrayValue ?? []).json)
    case "import-tags": try reply(peer.importTags(request["tags"]?.arrayValue ?? []).json)
    case "confirm":
      try peer.confirm(request["contents"].contents())
      try reply(.null)
    case "receive": try receive(request["digest"].digest(), request["bytes"]?.intValue ?? 0, peer)
    default: throw PeerChannel.misbehaved("a request that is not known here")
    }
  }

  private func reply(_ value: JSON) throws { try channel.send(["ok": value]) }

  /// Sends as many bytes as were announced, whatever happens, and then whether they are right.
  private func send(_ digest: Digest) throws {
    let size = try source.size(of: digest)
    try channel.send(["ok": .integer(Int(size))])
    var rest = size
    do {
      try source.send(digest) { bytes in
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

  private func receive(_ digest: Digest, _ size: Int, _ peer: any StorePeer) throws {
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
      // Why it was refused is what the other side has to hear, even where the connection ends meanwhile.
      try? channel.receive(rest) { _ in }
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
