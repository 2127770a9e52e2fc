import CZlib
import Diagnostics

/// Decompression of gzip files (RFC 1952) by zlib.
enum Gzip {
  /// A file that unpacks to more is refused: it would not fit the memory of the machines this is made for.
  static let maximumSize = 8 << 30
  /// Text hardly ever shrinks to less than a fiftieth; a little file that unpacks to far more is made to fill
  /// the memory.
  private static let maximumRatio = 200
  /// Bytes up to which the ratio does not matter.
  private static let harmlessSize = 64 << 20

  static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// The content of all members of a gzip file, and how many bytes of it that took.
  ///
  /// - Parameter limit: with about so many bytes of content it ends, and the file may end early; nil for all of it.
  /// - Throws: `Diagnostic` if the data is damaged or ends early.
  static func inflate(_ bytes: [UInt8], file: String, limit: Int? = nil) throws(Diagnostic)
    -> (content: [UInt8], consumed: Int)
  {
    func damaged(_ reason: String) -> Diagnostic {
      Diagnostic(.damagedGzip, "cannot decompress the file: \(reason)", at: SourceLocation(file: file))
    }
    var stream = z_stream()
    // 16 asks for a gzip header instead of zlib's.
    guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw damaged("out of memory")
    }
    defer { inflateEnd(&stream) }

    var input = bytes
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var status = Z_OK
    var consumed = 0
    while true {
      let offset = consumed
      let available = min(input.count - offset, 1 << 30)
      let produced = input.withUnsafeMutableBufferPointer { source in
        chunk.withUnsafeMutableBufferPointer { target in
          stream.next_in = source.baseAddress.map { $0 + offset }
          stream.avail_in = uInt(available)
          stream.next_out = target.baseAddress
          stream.avail_out = uInt(target.count)
          status = CZlib.inflate(&stream, Z_NO_FLUSH)
          return target.count - Int(stream.avail_out)
        }
      }
      consumed = offset + available - Int(stream.avail_in)
      output += chunk[..<produced]
      if let limit, output.count >= limit { return (output, consumed) }
      if output.count > maximumSize { throw damaged("it unpacks to more than \(maximumSize >> 30) GiB") }
      if output.count > max(harmlessSize, maximumRatio * bytes.count) {
        throw damaged("it unpacks to more than \(maximumRatio) times its size")
      }
      switch status {
      case Z_OK: continue
      case Z_STREAM_END:
        // Another member may follow; anything else behind the end is padding.
        guard input.count - consumed > 2, isGzip(Array(input[consumed..<consumed + 2])) else {
          return (output, bytes.count)
        }
        inflateReset(&stream)
      case Z_BUF_ERROR where consumed == input.count && limit != nil: return (output, consumed)
      case Z_BUF_ERROR where consumed == input.count: throw damaged("it ends early")
      default: throw damaged(stream.msg.map { String(cString: $0) } ?? "zlib error \(status)")
      }
    }
  }
}
