import Artifacts
import Diagnostics
import Foundation
import JSONText

/// Both ends of a conversation between two programs: lines of JSON, and bytes whose number a line has said.
package final class PeerChannel {
  /// Bytes of a line; a bundle of runs is the longest.
  private static let maximumLine = 512 << 20
  private static let chunk = 1 << 20

  private let input: Int32
  private let output: Int32
  private var buffer: [UInt8] = []
  private var start = 0

  /// - Parameters:
  ///   - input: a descriptor to read from.
  ///   - output: a descriptor to write to.
  package init(reading input: Int32, writing output: Int32) {
    self.input = input
    self.output = output
  }

  package func send(_ json: JSON) throws {
    var line = Array(json.compact.utf8)
    line.append(UInt8(ascii: "\n"))
    try line.withUnsafeBytes { try send($0) }
  }

  func send(_ bytes: UnsafeRawBufferPointer) throws {
    do { try writeAll(bytes, to: output, "the other store") } catch { throw Self.ended }
  }

  /// The next line; nil if the other side has ended.
  package func receive() throws -> JSON? {
    var scanned = start
    while true {
      if let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(buffer[start..<end])
        start = end + 1
        do { return try JSON.parse(line, file: "message") } catch {
          throw Self.misbehaved("a line that is no JSON")
        }
      }
      scanned = buffer.count - start
      guard scanned < Self.maximumLine else { throw Self.misbehaved("a line without end") }
      if try !fill() {
        if scanned > 0 { throw Self.ended }
        return nil
      }
    }
  }

  /// Hands on the bytes that a line has announced; what `sink` was handed counts as read, even if it throws.
  package func receive(_ count: Int64, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    var rest = count
    while rest > 0 {
      if start == buffer.count, try !fill() { throw Self.ended }
      let part = Int(min(rest, Int64(buffer.count - start)))
      let piece = start..<start + part
      start += part
      rest -= Int64(part)
      try buffer[piece].withUnsafeBytes { try sink($0) }
    }
  }

  /// Reads more behind what is there; false at the end.
  private func fill() throws -> Bool {
    buffer.removeFirst(start)
    start = 0
    let known = buffer.count
    buffer.append(contentsOf: [UInt8](repeating: 0, count: Self.chunk))
    while true {
      let count = buffer[known...].withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      buffer.removeLast(Self.chunk - max(0, count))
      return count > 0
    }
  }

  static let ended = Diagnostic(
    .peerUnavailable, "the connection to the other store ended before everything was said",
    hint: "run the same command again: what has arrived is not sent twice")

  static func misbehaved(_ what: String) -> Diagnostic {
    Diagnostic(
      .peerMisbehaved, "the other side sent \(what)",
      hint: "something else than 'plumb store serve' may have answered, such as a greeting of the shell")
  }
}
