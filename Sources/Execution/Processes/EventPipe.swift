import Diagnostics
import Foundation
import JSONText
import Pipeline
import Synchronization

/// Writes events as lines to a descriptor; the child's end.
///
/// A reader that is gone is no error: the process ends by itself when its parent does.
final class EventWriter: StageEventSink {
  /// The descriptor that a stage's process finds its event pipe at.
  static let descriptor: Int32 = 3

  private let descriptor: Int32
  /// Keeps lines of several threads apart.
  private let lock = Mutex(())

  init(descriptor: Int32) { self.descriptor = descriptor }

  func send(_ event: StageEvent) {
    let line = Array((event.json.compact + "\n").utf8)
    lock.withLock { _ in
      var sent = 0
      while sent < line.count {
        let count = line[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        sent += count
      }
    }
  }

  func progress(_ progress: StageProgress) { send(.progress(progress)) }
  func resumed(_ progress: StageProgress) { send(.resumed(progress)) }
  func saved(_ progress: StageProgress) { send(.saved(progress)) }
  func metric(_ name: String, step: Int, value: Double) {
    send(.metric(name: name, step: step, value: value))
  }
  func log(_ level: StageLogLevel, _ message: String) { send(.log(level, message)) }
  func describe(port: String, _ facts: JSON) { send(.describe(port: port, facts: facts)) }
}

/// Reads events from a descriptor; the parent's end.
package struct EventReader {
  /// Bytes in a line beyond which the protocol is taken to be broken.
  private static let maximumLine = 16 << 20

  private let descriptor: Int32
  private var buffer: [UInt8] = []

  package init(descriptor: Int32) { self.descriptor = descriptor }

  /// Reads until the last writer is gone.
  ///
  /// - Returns: the first line that is no event, if there was one; later lines are read and dropped.
  package mutating func readAll(_ handle: (StageEvent) -> Void) -> String? {
    var malformed: String?
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      guard malformed == nil else { continue }
      buffer += chunk[..<count]
      malformed = takeLines(handle)
    }
    // A line cut short by the end of the process is part of how it ended, not a mistake of its own.
    return malformed
  }

  private mutating func takeLines(_ handle: (StageEvent) -> Void) -> String? {
    var start = buffer.startIndex
    defer { buffer.removeSubrange(..<start) }
    while let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = Array(buffer[start..<end])
      guard let json = try? JSON.parse(line, file: "event"), let event = StageEvent(json: json) else {
        return String(decoding: line.prefix(200), as: UTF8.self)
      }
      handle(event)
      start = end + 1
    }
    return buffer.count - start > Self.maximumLine ? "a line of more than \(Self.maximumLine) bytes" : nil
  }
}
