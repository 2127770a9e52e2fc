import Diagnostics
import JSONText

/// What the header of a safetensors file says, checked so that every tensor's range can be read without care.
///
/// Source: the format as `safetensors` 0.6 (Rust) validates it: 8 bytes of little-endian length, a JSON object
/// of at most 100 MB, then the data, which the tensors cover without gap or overlap. Alignment is not demanded:
/// older writers did not pad headers.
struct SafetensorsHeader: Sendable {
  struct Entry: Sendable {
    var name: String
    var element: TensorElement
    var shape: [Int]
    /// Elements; the product of `shape`.
    var count: Int
    /// Bytes from the start of the data section.
    var range: Range<Int>
  }

  /// In the order of the data.
  var entries: [Entry]
  var metadata: [String: String]
  /// Where the data section starts in the file, in bytes.
  var dataOffset: Int

  static let maximumLength = 100_000_000

  /// - Throws: `Diagnostic` that names the file and, where one is at fault, the tensor.
  init(parsing bytes: UnsafeRawBufferPointer, file: String) throws(Diagnostic) {
    let length = try Self.headerLength(bytes, file: file)
    let text = [UInt8](bytes[8..<8 + length])
    let json: JSON
    do {
      json = try JSON.parse(text, file: file)
    } catch {
      throw Self.damaged(file, "the header is not a JSON object: \(error.message)")
    }
    guard let members = json.members else {
      throw Self.damaged(file, "the header is \(json.typeName), not a JSON object")
    }
    dataOffset = 8 + length
    metadata = [:]
    entries = []
    var names: Set<String> = []
    for member in members {
      guard names.insert(member.key).inserted else {
        throw Self.damaged(file, "the header names \"\(member.key)\" twice")
      }
      if member.key == "__metadata__" {
        metadata = try Self.parseMetadata(member.value, file: file)
      } else {
        entries.append(try Self.parseEntry(member, file: file))
      }
    }
    entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    try checkCoverage(dataCount: bytes.count - dataOffset, file: file)
  }

  private static func headerLength(
    _ bytes: UnsafeRawBufferPointer, file: String
  ) throws(Diagnostic) -> Int {
    guard bytes.count >= 8 else {
      throw damaged(file, "the file has \(bytes.count) bytes; a safetensors file has at least 8")
    }
    if bytes.starts(with: "version https://git-lfs".utf8) {
      throw Diagnostic(
        .invalidSafetensors, "the file is a Git LFS pointer; the weights themselves were not downloaded",
        at: SourceLocation(file: file), hint: "run `git lfs pull` in the folder the model was cloned to")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(maximumLength) else {
      throw damaged(file, "the header claims \(length) bytes; at most \(maximumLength) are allowed")
    }
    guard Int(length) <= bytes.count - 8 else {
      throw damaged(
        file, "the header claims \(length) bytes; the file has \(bytes.count - 8) after its length")
    }
    return Int(length)
  }

  private static func parseMetadata(_ json: JSON, file: String) throws(Diagnostic) -> [String: String] {
    var metadata: [String: String] = [:]
    for member in json.members ?? [] {
      guard let text = member.value.stringValue else {
        throw damaged(file, "metadata \"\(member.key)\" is \(member.value.typeName), not a string")
      }
      metadata[member.key] = text
    }
    if json.members == nil { throw damaged(file, "__metadata__ is \(json.typeName), not an object") }
    return metadata
  }

  private static func parseEntry(_ member: JSON.Member, file: String) throws(Diagnostic) -> Entry {
    func damaged(_ message: String) -> Diagnostic {
      Self.damaged(file, "tensor \"\(member.key)\" \(message)")
    }
    guard let fields = member.value.members else {
      throw damaged("is \(member.value.typeName), not an object")
    }
    guard Set(fields.map(\.key)) == ["dtype", "shape", "data_offsets"], fields.count == 3 else {
      throw damaged("must have exactly the keys dtype, shape and data_offsets")
    }
    guard let typeName = member.value["dtype"]?.stringValue, let element = TensorElement(rawValue: typeName)
    else {
      let found = member.value["dtype"]?.compact ?? "nothing"
      throw damaged("has the unknown dtype \(found)")
    }
    guard let shape = sizes(member.value["shape"]) else {
      throw damaged("has a shape that is not a list of integers from 0: \(excerpt(member.value["shape"]))")
    }
    guard let offsets = sizes(member.value["data_offsets"]), offsets.count == 2, offsets[0] <= offsets[1]
    else {
      throw damaged("has data_offsets that are not [begin, end]: \(excerpt(member.value["data_offsets"]))")
    }
    guard let count = checkedProduct(shape), let bits = checkedProduct([count, element.bitWidth]) else {
      throw damaged("has the shape \(shape), whose size overflows 64 bits")
    }
    let found = offsets[1] - offsets[0]
    guard bits % 8 == 0, bits / 8 == found else {
      throw damaged(
        "of shape \(shape) and dtype \(typeName) needs \(bits / 8) bytes; its offsets span \(found)")
    }
    return Entry(
      name: member.key, element: element, shape: shape, count: count, range: offsets[0]..<offsets[1])
  }

  /// The entries, sorted, must follow one another from the first byte of the data to the last.
  private func checkCoverage(dataCount: Int, file: String) throws(Diagnostic) {
    var end = 0
    var previous = ""
    for entry in entries {
      if entry.range.upperBound > dataCount {
        throw Self.damaged(
          file,
          "tensor \"\(entry.name)\" ends at byte \(entry.range.upperBound) of data that has \(dataCount) bytes;"
            + " is the file truncated?")
      }
      if entry.range.lowerBound < end {
        throw Self.damaged(file, "tensor \"\(entry.name)\" overlaps tensor \"\(previous)\"")
      }
      if entry.range.lowerBound > end {
        throw Self.damaged(
          file, "no tensor covers bytes \(end)..<\(entry.range.lowerBound), before tensor \"\(entry.name)\"")
      }
      end = entry.range.upperBound
      previous = entry.name
    }
    guard end == dataCount else {
      throw Self.damaged(file, "no tensor covers bytes \(end)..<\(dataCount), at the end of the file")
    }
  }

  private static func sizes(_ json: JSON?) -> [Int]? {
    guard let items = json?.arrayValue else { return nil }
    var sizes: [Int] = []
    for item in items {
      guard let size = item.intValue, size >= 0 else { return nil }
      sizes.append(size)
    }
    return sizes
  }

  private static func excerpt(_ json: JSON?) -> String {
    let text = json?.compact ?? "nothing"
    return text.utf8.count <= 80 ? text : String(text.prefix(80)) + "…"
  }

  private static func damaged(_ file: String, _ message: String) -> Diagnostic {
    Diagnostic(.invalidSafetensors, message, at: SourceLocation(file: file))
  }
}
