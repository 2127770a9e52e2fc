import Foundation
import Synchronization

/// A queue that any thread puts messages into and one thread takes them out of.
final class Mailbox<Message: Sendable>: Sendable {
  private let messages = Mutex<[Message]>([])
  private let signal = DispatchSemaphore(value: 0)

  func post(_ message: Message) {
    messages.withLock { $0.append(message) }
    signal.signal()
  }

  /// The oldest message; nil if none came in time.
  func take(before deadline: DispatchTime) -> Message? {
    guard signal.wait(timeout: deadline) == .success else { return nil }
    return messages.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }
}
