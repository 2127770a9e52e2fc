import Foundation

/// Lines of files for errors to show; a file is opened once, and read on from where the last line was found.
final class SourceLines {
  /// Bytes after which those who find problems cut the lines they hand on.
  static let excerptLimit = 400

  /// Bytes of a line that are shown at most.
  private static let maximumBytes = 1 << 16

  private struct File {
    var data: Data
    /// Where `number` starts.
    var offset = 0
    var number = 1
  }

  private var files: [String: File?] = [:]

  /// A line without its end, bytes that are not UTF-8 replaced; nil if the file has none of the number.
  ///
  /// - Parameter number: 1-based.
  func line(_ number: Int, of path: String) -> String? {
    let known = files[path] ?? FileManager.default.contents(atPath: path).map { File(data: $0) }
    guard var file = known else {
      files[path] = .some(nil)
      return nil
    }
    if number < file.number { (file.offset, file.number) = (0, 1) }
    while file.number < number, let end = file.data[file.offset...].firstIndex(of: 0x0A) {
      file.offset = end + 1
      file.number += 1
    }
    files[path] = file
    guard file.number == number else { return nil }
    let bytes = file.data[file.offset...].prefix(Self.maximumBytes).prefix { $0 != 0x0A }
    return String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)
  }
}
