import Diagnostics
import Foundation
import LanguageModels
import Testing

@Suite("Reading safetensors")
struct SafetensorsReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try folder.write(bytes, to: "model.safetensors")
    return try SafetensorsFile(
      folder.url.appendingPathComponent("model.safetensors"), displayName: "m/model.safetensors")
  }

  private func values(_ file: SafetensorsFile, _ name: String, shape: [Int]) throws -> [Float] {
    var values = [Float](repeating: .nan, count: shape.reduce(1, *))
    try values.withUnsafeMutableBufferPointer { try file.read(name, shape: shape, into: $0) }
    return values
  }

  @Test("F32 arrives bit for bit")
  func readsFloat32() throws {
    let bits: [UInt32] = [0, 0x8000_0000, 1, 0x7F7F_FFFF, 0x7F80_0000, 0xFFC0_1234]
    let file = try open(
      safetensors(header: header(shape: "[2,3]", offsets: "[0,24]"), data: littleEndianBytes(bits)))
    #expect(try values(file, "w", shape: [2, 3]).map(\.bitPattern) == bits)
    #expect(try file.shape(of: "w") == [2, 3])
    #expect(try file.dtype(of: "w") == .float32)
  }

  @Test("all 65,536 BF16 patterns are the upper halves of floats")
  func readsBFloat16() throws {
    let bits = (0...UInt16.max).map { $0 }
    let file = try open(
      safetensors(
        header: header(dtype: "BF16", shape: "[65536]", offsets: "[0,131072]"),
        data: littleEndianBytes(bits)))
    #expect(try values(file, "w", shape: [65536]).map(\.bitPattern) == bits.map { UInt32($0) << 16 })
  }

  @Test("all 65,536 F16 patterns give the value that the formula of IEEE 754 gives")
  func readsFloat16() throws {
    let bits = (0...UInt16.max).map { $0 }
    let file = try open(
      safetensors(
        header: header(dtype: "F16", shape: "[65536]", offsets: "[0,131072]"),
        data: littleEndianBytes(bits)))
    let found = try values(file, "w", shape: [65536])
    let wrong = zip(bits, found).filter { bits, value in
      let expected = Self.value(ofHalf: bits)
      return expected.isNaN ? !value.isNaN : value.bitPattern != expected.bitPattern
    }
    #expect(wrong.isEmpty)
  }

  private static func value(ofHalf bits: UInt16) -> Float {
    let fraction = Float(bits & 1023)
    let magnitude: Float =
      switch Int(bits >> 10) & 31 {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      case let exponent: Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
      }
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }

  @Test("F64 is rounded to the nearest float")
  func readsFloat64() throws {
    let numbers: [Double] = [0.1, -1e300, .pi, 1e-46]
    let file = try open(
      safetensors(
        header: header(dtype: "F64", shape: "[4]", offsets: "[0,32]"), data: littleEndianBytes(numbers)))
    #expect(try values(file, "w", shape: [4]) == numbers.map { Float($0) })
  }

  @Test("data at odd addresses, empty tensors, scalars and spaces after the header are read")
  func readsUnusualLayouts() throws {
    let text = """
      {"__metadata__":{"format":"pt"},
       "b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},
       "a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
       "none":{"dtype":"F16","shape":[0,7],"data_offsets":[9,9]},
       "one":{"dtype":"BF16","shape":[],"data_offsets":[9,11]}}
      """
    let data: [UInt8] = [7] + littleEndianBytes([Float(1.5), -2]) + [0x80, 0x3F]
    for padding in 0..<8 {
      let file = try open(safetensors(header: text + String(repeating: " ", count: padding), data: data))
      #expect(file.names == ["a", "b", "none", "one"])
      #expect(file.metadata == ["format": "pt"])
      #expect(try values(file, "b", shape: [2]) == [1.5, -2])
      #expect(try values(file, "none", shape: [0, 7]) == [])
      #expect(try values(file, "one", shape: []) == [1])
    }
  }

  @Test("a tensor that is missing, of another shape or of integers is named with what was expected")
  func namesTheTensorAtFault() throws {
    let file = try open(
      safetensors(
        header: """
          {"model.norm.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
           "ids":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}
          """, data: Array(repeating: 0, count: 16)))
    let missing = try #require(diagnostic { _ = try values(file, "model.norm.wieght", shape: [2]) })
    #expect(missing.code == .missingTensor)
    #expect(missing.hint == "there is a tensor \"model.norm.weight\"")
    #expect(missing.location?.file == "m/model.safetensors")
    let shape = try #require(diagnostic { _ = try values(file, "model.norm.weight", shape: [2, 1]) })
    #expect(shape.code == .tensorShape)
    #expect(
      shape.message == "tensor \"model.norm.weight\" has the shape [2]; the model needs [2, 1]")
    let type = try #require(diagnostic { _ = try values(file, "ids", shape: [1]) })
    #expect(type.code == .tensorType)
    #expect(type.message.contains("I64"))
  }

  @Test("a file that is missing or a folder is an error, not a trap")
  func refusesWhatIsNoFile() {
    let missing = diagnostic { _ = try SafetensorsFile(folder.url.appendingPathComponent("none")) }
    #expect(missing?.code == .unreadableFile)
    #expect(diagnostic { _ = try SafetensorsFile(folder.url) }?.code == .unreadableFile)
  }
}
