import Diagnostics
import Foundation
import LanguageModels
import Testing

@Suite("Writing safetensors")
struct SafetensorsWritingTests {
  private let folder: TemporaryFolder
  private let url: URL

  init() throws {
    folder = try TemporaryFolder()
    url = folder.url.appendingPathComponent("model.safetensors")
  }

  private func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> SafetensorsWriter.Tensor {
    SafetensorsWriter.Tensor(name, shape: shape) { (body) throws(Diagnostic) in
      let result = values.withUnsafeBufferPointer { buffer in
        Result { () throws(Diagnostic) in try body(buffer) }
      }
      try result.get()
    }
  }

  @Test("what is written reads back bit for bit, in the given order")
  func roundTrips() throws {
    let values: [Float] = [1, -0.0, .leastNonzeroMagnitude, .infinity, 1e-30, 3.25]
    try SafetensorsWriter.write(
      [
        tensor("z", [2, 3], values), tensor("empty", [0, 4], []), tensor("scalar", [], [7]),
        tensor("line\n\"ä\"", [1], [2]),
      ], to: url)
    let file = try SafetensorsFile(url)
    #expect(file.names == ["z", "empty", "scalar", "line\n\"ä\""])
    #expect(file.metadata == ["format": "pt"])
    var found = [Float](repeating: 0, count: 6)
    try found.withUnsafeMutableBufferPointer { try file.read("z", shape: [2, 3], into: $0) }
    #expect(found.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(try file.shape(of: "empty") == [0, 4])
    #expect(try file.dtype(of: "scalar") == .float32)
  }

  @Test("the bytes are those of the format: padded header, then the data")
  func writesExactBytes() throws {
    try SafetensorsWriter.write([tensor("w", [2], [1, 2])], to: url)
    let header =
      #"{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let expected = safetensors(header: padded, data: littleEndianBytes([Float(1), 2]))
    #expect(try folder.bytes(of: "model.safetensors") == expected)
  }

  @Test("a failure while writing keeps the file that was there and leaves nothing else")
  func isAtomic() throws {
    try folder.write("old", to: "model.safetensors")
    let failing = SafetensorsWriter.Tensor("w", shape: [1]) { (_) throws(Diagnostic) in
      throw Diagnostic(.unwritableModel, "stopped")
    }
    let found = diagnostic { try SafetensorsWriter.write([tensor("v", [1], [0]), failing], to: url) }
    #expect(found?.message == "stopped")
    #expect(try folder.contents == ["model.safetensors"])
    #expect(try folder.bytes(of: "model.safetensors") == Array("old".utf8))
  }

  @Test("a folder that does not exist is an error that names the file")
  func refusesMissingFolder() {
    let target = folder.url.appendingPathComponent("none/model.safetensors")
    let found = diagnostic { try SafetensorsWriter.write([], to: target) }
    #expect(found?.code == .unwritableModel)
    #expect(found?.location?.file == target.path)
  }

  @Test("a file without tensors opens")
  func writesNothing() throws {
    try SafetensorsWriter.write([], to: url)
    #expect(try SafetensorsFile(url).names.isEmpty)
  }
}
