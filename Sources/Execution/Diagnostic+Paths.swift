import Diagnostics
import Pipeline

extension Diagnostic {
  /// The same with a path, and what lies below it, called as the user knows it.
  public func calling(_ path: String, _ name: String) -> Diagnostic {
    guard path.count > 1, path != name else { return self }
    var diagnostic = self
    diagnostic.message.replace(path, with: name)
    diagnostic.hint?.replace(path, with: name)
    if let file = location?.file, file == path || file.hasPrefix(path + "/") {
      diagnostic.location?.file = name + file.dropFirst(path.count)
    }
    return diagnostic
  }

  /// The same with inputs called as the user knows them, wherever it names the path that a stage reads them from.
  func naming(_ inputs: [StageInput]) -> Diagnostic {
    inputs.reduce(self) { $0.calling($1.path.path, $1.displayName) }
  }
}
