import Diagnostics
import Foundation

/// Finds stages by what a person types: a name, a stage with all its instances, some coordinates of a matrix, or a
/// pattern with `*` and `?`.
public struct StageSelection: Sendable {
  public struct Name: Sendable, Hashable {
    public var name: String
    /// Without the point of a matrix.
    public var declared: String

    public init(name: String, declared: String) {
      self.name = name
      self.declared = declared
    }
  }

  private let names: [Name]

  public init(names: [Name]) { self.names = names }

  /// The stages that a word means, in their order.
  ///
  /// - Throws: `Diagnostic` if there are none, with the nearest name.
  public func names(matching word: String) throws(Diagnostic) -> [String] {
    let found = names.filter { matches($0, word) }.map(\.name)
    guard found.isEmpty else { return found }
    let known = names.map(\.name) + Set(names.map(\.declared)).sorted()
    throw Diagnostic(
      .unknownTarget,
      word.contains("*") || word.contains("?") ? "no stage matches '\(word)'" : "there is no stage '\(word)'",
      hint: nearestName(to: word, among: known).map { "did you mean '\($0)'?" }
        ?? "the stages are: \(names.map(\.name).joined(separator: ", "))")
  }

  private func matches(_ name: Name, _ word: String) -> Bool {
    if name.name == word || name.declared == word { return true }
    if word.contains(where: { "*?[".contains($0) }) { return fnmatch(word, name.name, 0) == 0 }
    guard let at = word.firstIndex(of: "@"), word[..<at] == name.declared,
      let own = name.name.firstIndex(of: "@")
    else { return false }
    let coordinates = Set(name.name[name.name.index(after: own)...].split(separator: ","))
    return word[word.index(after: at)...].split(separator: ",").allSatisfy(coordinates.contains)
  }
}

extension StageGraph {
  /// Finds stages of the graph by what a person types.
  public var selection: StageSelection {
    StageSelection(names: stages.map { .init(name: $0.name, declared: $0.declaredName) })
  }
}
