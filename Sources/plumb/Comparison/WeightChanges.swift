import Diagnostics
import Foundation
import JSONText
import LanguageModels

/// How far the tensors of two models lie apart: for each `‖new - old‖ / ‖old‖` over all its values.
struct WeightChanges {
  struct Tensor: Hashable {
    var name: String
    var relative: Double
  }

  /// Tensors of both models that differ, most changed first.
  private(set) var tensors: [Tensor] = []
  private(set) var unchanged = 0
  /// Names that only one of the models has, or that have another shape.
  private(set) var unmatched: [String] = []
  /// Over all matched tensors together.
  private(set) var total = 0.0

  /// - Throws: `Diagnostic` if a model's files cannot be read.
  init(_ old: URL, _ new: URL) throws {
    let before = try ModelWeights(directory: old)
    let after = try ModelWeights(directory: new)
    var squares = (change: 0.0, old: 0.0)
    for name in before.names {
      guard after.contains(name), try before.shape(of: name) == after.shape(of: name) else {
        unmatched.append(name)
        continue
      }
      let a = try before.values(of: name)
      let b = try after.values(of: name)
      var change = 0.0
      var magnitude = 0.0
      for (x, y) in zip(a, b) {
        change += Double(y - x) * Double(y - x)
        magnitude += Double(x) * Double(x)
      }
      squares.change += change
      squares.old += magnitude
      if change == 0 {
        unchanged += 1
      } else {
        tensors.append(Tensor(name: name, relative: (change / max(magnitude, 1e-300)).squareRoot()))
      }
    }
    unmatched += after.names.filter { !before.contains($0) }
    tensors.sort { ($1.relative, $0.name) < ($0.relative, $1.name) }
    total = squares.old > 0 ? (squares.change / squares.old).squareRoot() : 0
  }

  var json: JSON {
    [
      "relative_change": .number(total), "unchanged_tensors": .integer(unchanged),
      "unmatched_tensors": .array(unmatched.map(JSON.string)),
      "tensors": .array(
        tensors.map { ["name": .string($0.name), "relative_change": .number($0.relative)] }),
    ]
  }

  /// - Parameter limit: at most so many tensors.
  func text(limit: Int, _ style: Style) -> String {
    var text = "weights: changed by \(Self.percent(total)) in all; \(unchanged) of "
    text += "\(Figures.count(unchanged + tensors.count, "tensor")) unchanged\n"
    var table = TextTable([("TENSOR", .left), ("CHANGE", .right)])
    for tensor in tensors.prefix(limit) { table.add([tensor.name, Self.percent(tensor.relative)]) }
    if !tensors.isEmpty { text += table.render(style) }
    if tensors.count > limit {
      text += style.dim("… and \(tensors.count - limit) that changed less; --all shows them\n")
    }
    if !unmatched.isEmpty {
      text += "only in one, or of another shape: \(unmatched.prefix(5).joined(separator: ", "))"
      text += unmatched.count > 5 ? ", …\n" : "\n"
    }
    return text
  }

  private static func percent(_ share: Double) -> String { Figures.metric(share * 100) + " %" }
}

extension ModelWeights {
  fileprivate func values(of name: String) throws -> [Float] {
    let shape = try shape(of: name)
    let count = checkedProduct(shape) ?? 0
    var failure: (any Error)?
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      do {
        try read(name, shape: shape, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        initialized = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return values
  }
}
