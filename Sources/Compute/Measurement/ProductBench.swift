/// Products of matrices with operands of their own, to be timed beside the work that they were counted in.
public final class ProductBench {
  private let workspace: Workspace
  private let a, b, c: FloatBuffer

  /// - Parameter shapes: that will be timed; their operands lie in the same memory.
  public init(_ shapes: some Collection<MatrixProductShape>, _ workspace: Workspace) {
    self.workspace = workspace
    func most(_ count: (MatrixProductShape) -> Int) -> Int { shapes.map(count).max() ?? 0 }
    a = FloatBuffer(count: most { $0.m * $0.k })
    b = FloatBuffer(count: most { $0.k * $0.n })
    c = FloatBuffer(count: most { $0.m * $0.n })
    for operand in [a, b] {
      for index in 0..<operand.count { operand.pointer[index] = Float(index % 251) / 251 - 0.5 }
    }
  }

  /// Seconds that the team takes for such a product a number of times, one after the other.
  public func seconds(for shape: MatrixProductShape, times: Int) -> Double {
    let first = MatrixOperand(
      a.pointer, stride: shape.transposesFirst ? shape.m : shape.k, transposed: shape.transposesFirst)
    let second = MatrixOperand(
      b.pointer, stride: shape.transposesSecond ? shape.k : shape.n, transposed: shape.transposesSecond)
    let time = ContinuousClock().measure {
      for _ in 0..<times {
        workspace.team.multiply(
          m: shape.m, n: shape.n, k: shape.k, first, second, into: c.pointer, stride: shape.n)
      }
    }
    return time / .seconds(1)
  }
}
