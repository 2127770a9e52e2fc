/// A low-rank addition to a weight, `W + scale · B A` (LoRA; Hu et al. 2021, section 4.1).
public struct LowRankAdapter: Sendable, Hashable {
  /// What is added to: `W`, one parameter of the store.
  public let weight: Parameter
  public let layout: WeightLayout
  /// `A`, `[rank, inputs]`.
  public let down: Parameter
  /// `B`, `[outputs, rank]`.
  public let up: Parameter
  public let scale: Float

  public init(weight: Parameter, layout: WeightLayout, down: Parameter, up: Parameter, scale: Float) {
    let (outputs, inputs) = layout.sizes(of: weight)
    precondition(
      down.columns == inputs && up.rows == outputs && down.rows == up.columns,
      "[\(up.rows), \(up.columns)] · [\(down.rows), \(down.columns)] does not fit a weight with \(inputs)"
        + " inputs and \(outputs) outputs")
    self.weight = weight
    self.layout = layout
    self.down = down
    self.up = up
    self.scale = scale
  }

  public var rank: Int { down.rows }
}

extension WeightLayout {
  /// Outputs and inputs of a weight that lies this way.
  func sizes(of weight: Parameter) -> (outputs: Int, inputs: Int) {
    self == .outputsByInputs ? (weight.rows, weight.columns) : (weight.columns, weight.rows)
  }
}
