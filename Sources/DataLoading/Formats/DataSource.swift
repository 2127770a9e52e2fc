import Diagnostics
import Foundation

/// The bytes of a data file, decompressed.
struct DataSource {
  let bytes: [UInt8]
  /// Lower case, without the part that says gzip; empty if there is none.
  let fileExtension: String
  /// Whether all bytes together are UTF-8, so that rows need no check of their own.
  let isUTF8: Bool
  /// The part of the file that this is, above 0 and at most 1.
  let share: Double

  /// - Parameter limit: the beginning of a file of more bytes is all that is read; nil for all of any file.
  init(_ url: URL, displayName: String, limit: Int? = nil) throws(Diagnostic) {
    let raw: [UInt8]
    var size: Int?
    do {
      if let limit {
        let file = try FileHandle(forReadingFrom: url)
        defer { try? file.close() }
        raw = [UInt8](try file.read(upToCount: limit) ?? Data())
        size = Int(clamping: try file.seekToEnd())
      } else {
        raw = [UInt8](try Data(contentsOf: url))
      }
    } catch {
      throw Diagnostic(
        .unreadableFile, "cannot read \(displayName): \(error.localizedDescription)",
        at: SourceLocation(file: displayName))
    }
    try self.init(bytes: raw, of: size, displayName: displayName, limit: limit)
  }

  /// - Parameters:
  ///   - raw: the content of the file, compressed or not, or its beginning.
  ///   - size: bytes of the whole file; those of `raw` if it is nil.
  init(bytes raw: [UInt8], of size: Int? = nil, displayName: String, limit: Int? = nil) throws(Diagnostic) {
    var used = raw.count
    if Gzip.isGzip(raw) {
      (bytes, used) = try Gzip.inflate(raw, file: displayName, limit: limit)
    } else {
      bytes = raw
    }
    share = used == 0 ? 1 : min(1, Double(used) / Double(max(1, size ?? raw.count)))
    var name = (displayName as NSString).lastPathComponent.lowercased()
    if name.hasSuffix(".gz") { name = String(name.dropLast(3)) }
    fileExtension = (name as NSString).pathExtension
    isUTF8 = bytes.firstInvalidUTF8 == nil
  }

  /// Where the text starts, behind a byte order mark if there is one.
  var start: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The first byte that is no white space.
  var firstByte: UInt8? { bytes[start...].first { !$0.isJSONWhitespace } }
}

extension UInt8 {
  var isJSONWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

extension Collection<UInt8> {
  /// How many bytes stand before the first that is not UTF-8; nil if all are.
  var firstInvalidUTF8: Int? {
    if String(validating: self, as: UTF8.self) != nil { return nil }
    var decoder = UTF8()
    var iterator = makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return offset
      }
    }
  }
}
