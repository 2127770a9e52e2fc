import Alignment
import Testing

@Suite struct CheckpointCoderTests {
  private struct State: Resumable, Equatable {
    var count = 0
    var values: [Double] = []
    var ids: [Int32] = []
    var metrics: [Metric] = []

    mutating func carry(_ state: CheckpointCoder) throws {
      try state.value("count", &count)
      try state.numbers("values", &values)
      try state.numbers("ids", &ids)
      try state.value("metrics", &metrics)
    }

    static let some = State(
      count: -7, values: [.nan, -0.0, .infinity, 0.1], ids: [1, -2], metrics: [Metric("a/b", -0.0)])
  }

  private func bytes(_ state: State) throws -> [UInt8] {
    var state = state
    return try CheckpointCoder.bytes { try state.carry($0) }
  }

  private func read(_ bytes: [UInt8]) throws -> State {
    var state = State()
    try bytes.withUnsafeBytes { bytes in try CheckpointCoder.read(bytes) { try state.carry($0) } }
    return state
  }

  @Test func `What was written is read back to the bit`() throws {
    let found = try read(bytes(.some))
    #expect(found.values.map(\.bitPattern) == State.some.values.map(\.bitPattern))
    #expect(found.metrics.map(\.value.bitPattern) == State.some.metrics.map(\.value.bitPattern))
    #expect(found.count == -7 && found.ids == [1, -2] && found.metrics.map(\.name) == ["a/b"])
  }

  @Test func `A figure that is not a number keeps its bits as a value of a few parts`() throws {
    let odd = [Double.nan, -.infinity, -0.0, .leastNonzeroMagnitude]
    var metrics = odd.map { Metric("x", $0) }
    let bytes = try CheckpointCoder.bytes { try $0.value("metrics", &metrics) }
    metrics = []
    try bytes.withUnsafeBytes { bytes in
      try CheckpointCoder.read(bytes) { try $0.value("metrics", &metrics) }
    }
    #expect(metrics.map(\.value.bitPattern) == odd.map(\.bitPattern))
  }

  @Test func `A checkpoint that is cut anywhere is a mismatch`() throws {
    let whole = try bytes(.some)
    for count in 0..<whole.count {
      #expect(throws: CheckpointCoder.Mismatch.self) { try read(Array(whole.prefix(count))) }
    }
  }

  @Test func `A part of another name, kind or size is a mismatch`() throws {
    var flag = true
    var numbers = [1.0]
    let named = try CheckpointCoder.bytes { try $0.value("flag", &flag) }
    let sized = try CheckpointCoder.bytes { try $0.numbers("flag", &numbers) }
    func read(_ bytes: [UInt8], _ carry: (CheckpointCoder) throws -> Void) throws {
      try bytes.withUnsafeBytes { try CheckpointCoder.read($0, carry) }
    }
    func part(_ bytes: [UInt8], _ carry: (CheckpointCoder) throws -> Void) -> String? {
      #expect(throws: CheckpointCoder.Mismatch.self) { try read(bytes, carry) }?.part
    }
    #expect(part(named) { try $0.value("other", &flag) } == "other")
    #expect(part(sized) { try $0.value("flag", &flag) } == "flag")
    var quadruples: [SIMD4<Double>] = []
    #expect(part(sized) { try $0.numbers("flag", &quadruples) } == "flag")
    #expect(part(named) { _ in } == "end")
  }
}
