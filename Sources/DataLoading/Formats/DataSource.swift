import Diagnostics
import Foundation

/// The bytes of a data file, decompressed.
struct DataSource {
  let bytes: [UInt8]
  /// Lower case, without the part that says gzip; empty if there is none.
  let fileExtension: String
  /// Whether all bytes together are UTF-8, so that rows need no check of their own.
  let isUTF8: Bool

  init(_ url: URL, displayName: String) throws(Diagnostic) {
    let raw: [UInt8]
    do {
      raw = [UInt8](try Data(contentsOf: url))
    } catch {
      throw Diagnostic(
        .unreadableFile, "cannot read \(displayName): \(error.localizedDescription)",
        at: SourceLocation(file: displayName))
    }
    try self.init(bytes: raw, displayName: displayName)
  }

  /// - Parameter raw: the content of the file, compressed or not.
  init(bytes raw: [UInt8], displayName: String) throws(Diagnostic) {
    bytes = Gzip.isGzip(raw) ? try Gzip.inflate(raw, file: displayName) : raw
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
