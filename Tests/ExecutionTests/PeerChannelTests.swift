import Execution
import Foundation
import JSONText
import Testing

@Suite struct PeerChannelTests {
  private struct Refused: Error {}

  @Test func `Bytes that are refused count as read, so that the conversation goes on behind the rest`() throws
  {
    let pipe = Pipe()
    let channel = PeerChannel(
      reading: pipe.fileHandleForReading.fileDescriptor, writing: pipe.fileHandleForWriting.fileDescriptor)
    try channel.send([1])
    try pipe.fileHandleForWriting.write(contentsOf: Data("hello".utf8))
    try channel.send([2])
    #expect(try channel.receive() == [1])
    var seen = 0
    #expect(throws: Refused.self) {
      try channel.receive(5) { bytes in
        seen += bytes.count
        throw Refused()
      }
    }
    try channel.receive(Int64(5 - seen)) { _ in }
    #expect(try channel.receive() == [2])
  }
}
