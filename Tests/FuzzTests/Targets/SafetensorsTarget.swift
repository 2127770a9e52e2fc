import Foundation
import JSONText
import LanguageModels
import TestSupport

/// Tensor files: damaged bytes, and headers whose lengths, offsets and shapes lie.
struct SafetensorsTarget: FuzzTarget {
  static let name = "safetensors"

  private let originals: [[UInt8]]
  private let headers: JSONMutation
  private let bytes: ByteMutation

  init(folder: URL) throws {
    originals = [
      Self.file(named: ["a", "b", "c"]), Self.file(named: []), Self.mixed,
      try Corpus.bytes(Golden.vectors.appendingPathComponent("lora/llama_default/adapter_model.safetensors")),
    ]
    headers = JSONMutation(
      try originals.map { try JSON.parse(Self.header(of: $0), file: "header") },
      words: [
        "F32", "F16", "BF16", "F64", "F4", "I64", "BOOL", "__metadata__", "dtype", "shape", "data_offsets",
      ])
    bytes = ByteMutation(
      words: [
        "[9223372036854775807,2]", "[4294967296,4294967296]", "[0,18446744073709551615]", "[-1]",
        "\"F8_E4M3\"",
      ],
      others: originals)
  }

  func makeInput(_ random: inout SeededGenerator) -> FuzzInput {
    let original = originals.randomElement(using: &random) ?? []
    var file = original
    switch Int.random(in: 0..<4, using: &random) {
    case 0: file = bytes.apply(to: original, &random)
    case 1:
      let lengths: [UInt64] = [
        0, 1, 7, 100_000_000, 100_000_001, 1 << 32, 1 << 63, .max, .max - 7, UInt64(original.count),
      ]
      let length = lengths.randomElement(using: &random) ?? 0
      file.replaceSubrange(0..<8, with: withUnsafeBytes(of: length.littleEndian) { Array($0) })
      if random.once(in: 2) { file = bytes.apply(to: file, &random) }
    default:
      let data = original.dropFirst(8 + Self.header(of: original).count)
      file = Self.file(header: headers.make(&random), data: Array(data))
      if random.once(in: 8) { file.removeLast(min(file.count, 4)) }
    }
    return FuzzInput(path: "model.safetensors", bytes: file)
  }

  func read(_ file: URL) throws {
    let tensors = try SafetensorsFile(file)
    for name in tensors.names {
      let count = try tensors.shape(of: name).reduce(1, *)
      var values = [Float](repeating: 0, count: count)
      try values.withUnsafeMutableBufferPointer { try tensors.read(name, into: $0) }
    }
  }

  /// Tensors of two numbers each.
  static func file(named names: [String]) -> [UInt8] {
    let entries = names.enumerated().map { index, name in
      "\"\(name)\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[\(index * 8),\(index * 8 + 8)]}"
    }
    return file(
      header: Array("{\(entries.joined(separator: ","))}".utf8),
      data: Array(repeating: 1, count: names.count * 8))
  }

  /// Every type that can be read, an empty tensor and a scalar.
  private static let mixed = file(
    header: Array(
      """
      {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
      "b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},"c":{"dtype":"F16","shape":[0],\
      "data_offsets":[32,32]},"d":{"dtype":"F64","shape":[],"data_offsets":[32,40]}}
      """.utf8), data: Array(0..<40))

  private static func file(header: [UInt8], data: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
  }

  private static func header(of file: [UInt8]) -> [UInt8] {
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    return Array(file[8..<8 + length])
  }
}
