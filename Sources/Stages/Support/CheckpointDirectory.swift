import Alignment
import Artifacts
import Foundation
import LanguageModels

/// The checkpoints of a stage: numbered files, each ending with the SHA-256 of what is before.
///
/// A file has its name only once all of it is on the disk, and those before it go after that; so a kill at any instant
/// leaves a whole one. What the disk spoils later is found by the digest, and then the one before is used, if there is
/// one still.
struct CheckpointDirectory: CheckpointStorage {
  /// Holds nothing but checkpoints.
  let url: URL
  /// Hears of files that cannot be used.
  let warn: (String) -> Void

  func load() -> Data? {
    for number in numbers.reversed() {
      if let checkpoint = Self.read(file(number)) { return checkpoint }
      warn("checkpoint \(number) is damaged and is not used")
    }
    return nil
  }

  func save(_ write: (CheckpointCoder.Sink) throws -> Void) throws {
    let number = (numbers.last ?? 0) + 1
    let file = try AtomicFile(file(number))
    var hash = SHA256()
    try write { bytes in
      hash.update(bytes)
      try file.write(bytes)
    }
    try file.write(Array(hash.finish().text.utf8))
    try file.publish(synchronized: true)
    removeAll(but: self.file(number).lastPathComponent)
  }

  func clear() { removeAll() }

  private func removeAll(but kept: String? = nil) {
    for name in names where name != kept {
      try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }
  }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] }

  private var numbers: [Int] {
    names.filter { $0.hasSuffix(Self.suffix) }.compactMap { Int($0.dropLast(Self.suffix.count)) }.sorted()
  }

  private func file(_ number: Int) -> URL { url.appendingPathComponent("\(number)\(Self.suffix)") }

  private static let suffix = ".checkpoint"
  /// Characters of a digest as text.
  private static let digestCount = 2 * Digest.byteCount

  /// The checkpoint in a file, mapped; nil if it is not what was written.
  private static func read(_ file: URL) -> Data? {
    guard let data = try? Data(contentsOf: file, options: .alwaysMapped), data.count >= digestCount else {
      return nil
    }
    let body = data.dropLast(digestCount)
    var hash = SHA256()
    body.withUnsafeBytes { hash.update($0) }
    return hash.finish().text == String(decoding: data.suffix(digestCount), as: UTF8.self) ? body : nil
  }
}
