import Alignment
import Artifacts
import Compute
import Foundation

/// Scores that a model gave rows, in the store: a sealed file for each set of rows.
///
/// Its name is a digest of what decides the bits: the model and how it computes, the rows, the machine's kernels and the
/// program. Files that nobody asks for any more are the garbage collector's.
package struct ScoreDirectory: ScoreStorage {
  /// Holds nothing but scores of the model.
  private let directory: URL
  private let seed: String
  /// Hears that scores are known.
  private let onFound: () -> Void

  /// - Parameters:
  ///   - scores: where the store keeps scores.
  ///   - model: digest of the model's content.
  ///   - form: how the model computes, if there are several ways; such as with an adapter apart or folded in.
  ///   - program: the program that computes.
  package init(
    _ scores: URL, model: String, form: String, program: ProgramFile,
    machine: MachineDescription = MachineDescription(), onFound: @escaping () -> Void
  ) {
    directory = scores.appendingPathComponent(model, isDirectory: true)
    seed = "scores/1 \(model) \(form) \(machine.matrixProducts) \(machine.vectors) \(program.stamp)\n"
    self.onFound = onFound
  }

  package func key(of rows: some Sequence<[UInt8]>) -> String {
    var hash = SHA256()
    hash.update(Array(seed.utf8))
    for row in rows { hash.update(row) }
    return hash.finish().text
  }

  /// Marks scores that it finds as asked for now.
  package func load(_ key: String, byteCount: Int) -> Data? {
    let file = directory.appendingPathComponent(key)
    guard let scores = SealedFile.read(file), scores.count == byteCount else { return nil }
    // Whoever may write the file may do this, as a date of one's own choice is its owner's to set.
    utimes(file.path, nil)
    onFound()
    return scores
  }

  /// Scores that cannot be kept are computed again the next time.
  package func save(_ scores: Data, as key: String) {
    let file = directory.appendingPathComponent(key)
    try? makeStoreDirectory(directory.path)
    try? SealedFile.write(file, synchronized: false) { write in
      try scores.withUnsafeBytes { try write($0) }
    }
    let mode = StorePermissions(in: directory.path).file
    try? FileManager.default.setAttributes([.posixPermissions: Int(mode)], ofItemAtPath: file.path)
  }
}
