import Alignment
import Artifacts
import Compute
import Foundation

/// Scores that a model gave rows, in the store: a sealed file for each set of rows.
///
/// Its name is a digest of all that decides the bits: the model, the rows, the machine's kernels and the program itself.
struct ScoreDirectory: ScoreStorage {
  /// Holds nothing but scores of the model.
  private let directory: URL
  private let seed: String
  /// Hears that scores are known.
  private let onFound: () -> Void

  /// - Parameter model: digest of the model's content.
  init(_ scores: URL, model: String, onFound: @escaping () -> Void) {
    directory = scores.appendingPathComponent(model, isDirectory: true)
    let machine = MachineDescription()
    seed = "scores/1 \(model) \(machine.matrixProducts) \(machine.vectors) \(Self.program)"
    self.onFound = onFound
  }

  func load(_ rows: some Sequence<[UInt8]>) -> Data? {
    guard let scores = SealedFile.read(file(of: rows)) else { return nil }
    onFound()
    return scores
  }

  /// Scores that cannot be kept are computed again the next time.
  func save(_ scores: Data, of rows: some Sequence<[UInt8]>) {
    try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try? SealedFile.write(file(of: rows), synchronized: false) { write in
      try scores.withUnsafeBytes { try write($0) }
    }
  }

  private func file(of rows: some Sequence<[UInt8]>) -> URL {
    var hash = SHA256()
    hash.update(Array(seed.utf8))
    for row in rows { hash.update(row) }
    return directory.appendingPathComponent(hash.finish().text)
  }

  /// The program's file as the file system tells it from others: another build may sum in another order.
  private static let program: String = {
    let facts = try? FileManager.default.attributesOfItem(atPath: Bundle.main.executablePath ?? "")
    let modified = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(facts?[.size] ?? 0) \(modified)"
  }()
}
