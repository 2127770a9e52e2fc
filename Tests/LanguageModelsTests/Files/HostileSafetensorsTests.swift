import Diagnostics
import Foundation
import LanguageModels
import Testing

/// A damaged file and words that its error must contain.
struct HostileFile: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var bytes: [UInt8]
  var words: [String]

  init(_ description: String, _ bytes: [UInt8], _ words: String...) {
    testDescription = description
    self.bytes = bytes
    self.words = words
  }

  /// A file of one tensor `w` with eight bytes of data.
  init(_ description: String, shape: String, offsets: String, dtype: String = "F32", _ words: String...) {
    testDescription = description
    bytes = safetensors(
      header: header(dtype: dtype, shape: shape, offsets: offsets), data: Array(repeating: 0, count: 8))
    self.words = ["\"w\""] + words
  }

  private static let tensor = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}"

  static let all: [HostileFile] = [
    HostileFile("an empty file", [], "0 bytes"),
    HostileFile("seven bytes", [1, 0, 0, 0, 0, 0, 0], "7 bytes"),
    HostileFile("a length of 2⁶⁴ − 1", Array(repeating: 0xFF, count: 16), "18446744073709551615"),
    HostileFile("a length beyond the file", [9, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], "claims 9 bytes"),
    HostileFile("a length beyond the limit", littleEndianBytes([UInt64(100_000_001)]), "100000000"),
    HostileFile(
      "a Git LFS pointer", Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n".utf8),
      "Git LFS"),
    HostileFile("no JSON", safetensors(header: "{\"w\":"), "not a JSON object"),
    HostileFile("no object", safetensors(header: "[]"), "an array"),
    HostileFile("no UTF-8", littleEndianBytes([UInt64(5)]) + [0x7B, 0x22, 0xFF, 0x22, 0x7D], "UTF-8"),
    HostileFile(
      "deep nesting", safetensors(header: String(repeating: "[", count: 100_000)), "nested deeper"),
    HostileFile(
      "a name twice", safetensors(header: "{\"w\":\(tensor),\"w\":\(tensor)}", data: [0, 0, 0, 0]),
      "\"w\" twice"),
    HostileFile(
      "metadata that is no object", safetensors(header: "{\"__metadata__\":7}"), "__metadata__"),
    HostileFile(
      "metadata that is no string", safetensors(header: "{\"__metadata__\":{\"a\":7}}"), "\"a\""),
    HostileFile("a tensor that is no object", safetensors(header: "{\"w\":[]}"), "\"w\"", "an array"),
    HostileFile("a tensor without keys", safetensors(header: "{\"w\":{}}"), "\"w\"", "dtype"),
    HostileFile(
      "a key too many",
      safetensors(
        header: "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}",
        data: [0, 0, 0, 0]),
      "\"w\"", "exactly"),
    HostileFile("an unknown dtype", shape: "[2]", offsets: "[0,8]", dtype: "F31", "\"F31\""),
    HostileFile("a shape that is no list", shape: "2", offsets: "[0,8]", "shape"),
    HostileFile("a negative size", shape: "[-2]", offsets: "[0,8]", "[-2]"),
    HostileFile("a fractional size", shape: "[2.5]", offsets: "[0,8]", "[2.5]"),
    HostileFile("a size beyond 64 bits", shape: "[36893488147419103232]", offsets: "[0,8]", "shape"),
    HostileFile("a count beyond 64 bits", shape: "[4294967296,4294967296]", offsets: "[0,8]", "overflows"),
    HostileFile("a byte count beyond 64 bits", shape: "[4611686018427387904]", offsets: "[0,8]", "overflows"),
    HostileFile("a size too large for its range", shape: "[3]", offsets: "[0,8]", "needs 12 bytes", "span 8"),
    HostileFile("one offset", shape: "[2]", offsets: "[0]", "[begin, end]"),
    HostileFile("offsets in reverse", shape: "[2]", offsets: "[8,0]", "[begin, end]"),
    HostileFile("a negative offset", shape: "[2]", offsets: "[-8,0]", "[begin, end]"),
    HostileFile("offsets that are strings", shape: "[2]", offsets: "[\"0\",\"8\"]", "[begin, end]"),
    HostileFile("a tensor past the end", shape: "[4]", offsets: "[0,16]", "byte 16", "8 bytes"),
    HostileFile(
      "a tensor far past the end", shape: "[2]", offsets: "[9223372036854775799,9223372036854775807]",
      "8 bytes"),
    HostileFile("a gap before the first tensor", shape: "[1]", offsets: "[4,8]", "0..<4"),
    HostileFile(
      "bytes that no tensor covers",
      safetensors(header: header(shape: "[1]", offsets: "[0,4]"), data: Array(repeating: 0, count: 8)),
      "4..<8"),
    HostileFile("half a byte", shape: "[1]", offsets: "[0,8]", dtype: "F4", "\"w\""),
    HostileFile(
      "tensors that overlap",
      safetensors(
        header: "{\"v\":\(tensor),\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}",
        data: Array(repeating: 0, count: 6)), "\"w\" overlaps tensor \"v\""),
  ]
}

@Suite("Hostile safetensors")
struct HostileSafetensorsTests {
  private let folder: TemporaryFolder
  private let url: URL

  init() throws {
    folder = try TemporaryFolder()
    url = folder.url.appendingPathComponent("model.safetensors")
  }

  @Test("every damaged header is refused by name", arguments: HostileFile.all)
  func refuses(_ hostile: HostileFile) throws {
    try folder.write(hostile.bytes, to: "model.safetensors")
    let found = try #require(
      diagnostic { _ = try SafetensorsFile(url, displayName: "m/model.safetensors") })
    #expect(found.code == .invalidSafetensors)
    #expect(found.location?.file == "m/model.safetensors")
    for word in hostile.words { #expect(found.message.contains(word), "\(found.message)") }
  }
}
