import Diagnostics
import Foundation

extension ModelDirectory {
  /// The adapter of a model that is loaded for a use; nil for a plain model.
  ///
  /// - Throws: `Diagnostic` if one cannot be trained as the use says.
  func adaptation(for use: AdapterUse) throws(Diagnostic) -> LowRankAdaptation? {
    switch use {
    case .asStored: return stored
    case .merged: return nil
    case .trained(let options, let base):
      if let stored {
        return try stored.continued(with: options, of: architecture, displayName: displayName)
      }
      return try LowRankAdaptation(options, of: architecture, base: base, displayName: displayName)
    }
  }
}

extension AdapterDirectory {
  /// The adapter of a model directory: the one that it holds, or one from elsewhere.
  ///
  /// - Throws: `Diagnostic` if there are two, or for one that cannot be read.
  static func find(
    in directory: URL, or outside: AdapterDirectory?, displayName: String
  ) throws(Diagnostic) -> AdapterDirectory? {
    guard exists(in: directory) else { return outside }
    if let outside {
      throw Diagnostic(
        .adapterMismatch, "the model has an adapter already; \(outside.displayName) is another",
        at: SourceLocation(file: displayName), hint: "fold the first one in with a stage of kind merge")
    }
    return try AdapterDirectory(directory, displayName: displayName)
  }
}

extension ModelWeights {
  /// Rows of a classifier's score, which an adapter may bring; nil if there is none.
  func scoreRows(under adapter: AdapterDirectory?) throws(Diagnostic) -> Int? {
    if let shape = try adapter?.shape(of: LanguageModel.scoreName) { return shape.first }
    return contains(LanguageModel.scoreName) ? try shape(of: LanguageModel.scoreName).first : nil
  }
}
