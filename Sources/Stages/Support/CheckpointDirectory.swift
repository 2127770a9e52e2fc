import Alignment
import Foundation

/// The checkpoints of a stage: numbered sealed files.
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
      if let checkpoint = SealedFile.read(file(number)) { return checkpoint }
      warn("checkpoint \(number) is damaged and is not used")
    }
    return nil
  }

  func save(_ write: (CheckpointCoder.Sink) throws -> Void) throws {
    let number = (numbers.last ?? 0) + 1
    try SealedFile.write(file(number), synchronized: true, write)
    removeAll(but: file(number).lastPathComponent)
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
}
