import CKernels
import Foundation

/// AdamW with decoupled weight decay (Loshchilov and Hutter 2019), as `torch.optim.AdamW` computes it, over the
/// parameters of a store that are trained.
public final class AdamW {
  public struct Options: Sendable, Hashable {
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var weightDecay: Double

    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
    }
  }

  public let options: Options
  /// Steps taken.
  public var step = 0
  let parameters: ParameterStore
  let firstMoment: FloatBuffer
  let secondMoment: FloatBuffer
  private let team: ThreadTeam
  private let chunks: [Chunk]

  /// Neighbouring values of one parameter, counted from the first that is trained.
  private struct Chunk {
    let range: Range<Int>
    let decays: Bool
  }

  /// Matrices decay; vectors (biases, gains of norms) do not, which is transformers' rule for its models.
  public init(_ parameters: ParameterStore, options: Options, workspace: Workspace) {
    self.parameters = parameters
    self.options = options
    team = workspace.team
    let trained = parameters.trainedValues
    firstMoment = FloatBuffer(count: trained.count)
    secondMoment = FloatBuffer(count: trained.count)
    let size = 1 << 16
    chunks = parameters.trained.flatMap { index in
      let specification = parameters.specifications[index]
      let offset = parameters.offsets[index] - trained.lowerBound
      return stride(from: 0, to: specification.count, by: size).map { start in
        Chunk(
          range: offset + start..<offset + min(start + size, specification.count),
          decays: specification.shape.count > 1)
      }
    }
    parameters.prepareForTraining()
  }

  /// L2 norm of all gradients.
  public func gradientNorm() -> Double {
    guard let gradients = parameters.gradients else { return 0 }
    var sums = Array(repeating: 0.0, count: chunks.count)
    sums.withUnsafeMutableBufferPointer { sums in
      team.run(chunks.count) { index, _ in
        let range = chunks[index].range
        sums[index] = pl_sum_of_squares(gradients.pointer + range.lowerBound, Int64(range.count))
      }
    }
    return sums.reduce(0, +).squareRoot()
  }

  /// Moves the parameters one step and zeroes the gradients, in one pass.
  ///
  /// - Parameter gradientScale: multiplies the gradients first, for clipping.
  public func update(learningRate: Double, gradientScale: Double = 1) {
    guard let gradients = parameters.gradients else { return }
    step += 1
    let correction1 = 1 - pow(options.beta1, Double(step))
    let correction2 = 1 - pow(options.beta2, Double(step))
    let values = parameters.values.pointer + parameters.trainedValues.lowerBound
    team.run(chunks.count) { index, _ in
      let chunk = chunks[index]
      let start = chunk.range.lowerBound
      pl_adamw(
        values + start, gradients.pointer + start, firstMoment.pointer + start,
        secondMoment.pointer + start, Int64(chunk.range.count),
        pl_adamw_step(
          learning_rate: Float(learningRate), beta1: Float(options.beta1), beta2: Float(options.beta2),
          epsilon: Float(options.epsilon), weight_decay: chunk.decays ? Float(options.weightDecay) : 0,
          beta1_rest: Float(1 - options.beta1), beta2_rest: Float(1 - options.beta2),
          bias_correction1: Float(correction1), bias_correction2_sqrt: Float(correction2.squareRoot()),
          gradient_scale: Float(gradientScale)))
    }
  }
}
