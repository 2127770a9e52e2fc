import Compute
import LanguageModels

/// A batch's gradient beside the slope of its loss along it.
struct GradientCheck {
  let norm: Double
  let slope: Double

  /// - Parameter loss: of the batch; adds its gradient to the model's.
  init(_ model: LanguageModel, _ loss: () throws -> Double) throws {
    model.parameters.prepareForTraining()
    _ = try loss()
    let gradient = model.parameters.gradients?.copy() ?? []
    let start = model.parameters.values.copy()
    let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    func moved(by distance: Double) throws -> Double {
      for index in start.indices {
        model.parameters.values.pointer[index] = start[index] + Float(distance / norm) * gradient[index]
      }
      return try loss()
    }
    func slope(over step: Double) throws -> Double { try (moved(by: step) - moved(by: -step)) / (2 * step) }
    // The loss may bend sharply; two steps cancel the cubic part.
    self.slope = try (4 * slope(over: 2e-4) - slope(over: 4e-4)) / 3
    self.norm = norm
  }
}
