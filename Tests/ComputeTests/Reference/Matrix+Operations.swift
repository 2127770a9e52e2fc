import Compute
import Foundation

/// The tape's operations as their definitions read, one scalar at a time.
extension Matrix {
  func gathered(_ indices: [Int]) -> Matrix { Matrix(indices.count, columns) { self[indices[$0], $1] } }

  func linear(_ weight: Matrix, bias: Matrix? = nil, layout: WeightLayout = .outputsByInputs) -> Matrix {
    let isTransposed = layout == .outputsByInputs
    let outputs = isTransposed ? weight.rows : weight.columns
    var result = Matrix(rows, outputs, Array(repeating: 0, count: rows * outputs))
    for row in 0..<rows {
      for output in 0..<outputs {
        var sum = bias?.values[output] ?? 0
        for input in 0..<columns {
          let factor =
            isTransposed
            ? weight.values[output * columns + input] : weight.values[input * outputs + output]
          sum += values[row * columns + input] * factor
        }
        result.values[row * outputs + output] = sum
      }
    }
    return result
  }

  /// `scale · x Aᵀ Bᵀ`.
  func lowRank(_ down: Matrix, _ up: Matrix, scale: Double) -> Matrix {
    linear(down).linear(up).map { scale * $0 }
  }

  func rmsNorm(_ weight: Matrix, epsilon: Double) -> Matrix {
    let scales = (0..<rows).map { row in
      1 / (self.row(row).reduce(0) { $0 + $1 * $1 } / Double(columns) + epsilon).squareRoot()
    }
    return Matrix(rows, columns) { self[$0, $1] * scales[$0] * weight.values[$1] }
  }

  func layerNorm(_ weight: Matrix, _ bias: Matrix, epsilon: Double) -> Matrix {
    let means = (0..<rows).map { row($0).reduce(0, +) / Double(columns) }
    let scales = (0..<rows).map { index in
      let variance = row(index).reduce(0) { $0 + ($1 - means[index]) * ($1 - means[index]) } / Double(columns)
      return 1 / (variance + epsilon).squareRoot()
    }
    return Matrix(rows, columns) {
      (self[$0, $1] - means[$0]) * scales[$0] * weight.values[$1] + bias.values[$1]
    }
  }

  func swiGLU() -> Matrix {
    let width = columns / 2
    return Matrix(rows, width) { row, column in
      let gate = self[row, column]
      return gate / (1 + exp(-gate)) * self[row, width + column]
    }
  }

  func gelu(_ form: GELUForm) -> Matrix {
    switch form {
    case .exact: map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }
    case .tanhApproximation:
      map { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
    }
  }

  func rotary(heads: [Int], positions: [Int32], inverseFrequencies: [Float]) -> Matrix {
    let half = inverseFrequencies.count
    var result = self
    for row in 0..<rows {
      for head in heads {
        for pair in 0..<half {
          // The angle is a Float32 by definition, as in the models' own code.
          let angle = Double(Float(positions[row]) * inverseFrequencies[pair])
          let (a, b) = (self[row, head + pair], self[row, head + half + pair])
          result[row, head + pair] = a * cos(angle) - b * sin(angle)
          result[row, head + half + pair] = b * cos(angle) + a * sin(angle)
        }
      }
    }
    return result
  }

  func causalAttention(_ shape: AttentionShape, _ segments: [Segment]) -> Matrix {
    let size = shape.headSize
    var result = Matrix(rows, shape.heads * size, Array(repeating: 0, count: rows * shape.heads * size))
    for segment in segments {
      for head in 0..<shape.heads {
        let shared = head / (shape.heads / shape.keyValueHeads)
        for query in segment.rows {
          let seen = segment.prefix.flatMap(Array.init) + Array(segment.rows.lowerBound...query)
          let scores = seen.map { key in
            (0..<size).reduce(0.0) {
              $0 + self[query, shape.queries[head] + $1] * self[key, shape.keys[shared] + $1]
            } / Double(size).squareRoot()
          }
          let probabilities = Self.softmax(scores)
          for (key, probability) in zip(seen, probabilities) {
            for column in 0..<size {
              result[query, head * size + column] += probability * self[key, shape.values[shared] + column]
            }
          }
        }
      }
    }
    return result
  }

  static func softmax(_ scores: [Double]) -> [Double] {
    let top = scores.max() ?? 0
    let powers = scores.map { exp($0 - top) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
