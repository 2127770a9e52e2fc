import Foundation
import JSONText

/// The frequencies of rotary positions, as `config.json` describes them.
///
/// `transformers` 5 writes them under `rope_parameters`; 4 wrote a base beside an optional `rope_scaling`, which
/// takes precedence where a file has both (`modeling_rope_utils.py` of transformers 5.23).
package struct RotaryConfiguration {
  static let defaultBase = 10_000.0

  /// `rope_parameters` of a fresh model.
  static func unscaled(base: Double?, share: Double?) -> JSON {
    var members = [
      JSON.Member("rope_theta", .number(base ?? defaultBase)), JSON.Member("rope_type", "default"),
    ]
    if let share { members.append(JSON.Member("partial_rotary_factor", .number(share))) }
    return .object(members)
  }

  /// Radians per position for each rotated pair of a head; pair `i` is values `i` and `i + count`.
  package let inverseFrequencies: [Float]

  /// How the frequencies of longer contexts derive from those of training.
  private enum Scaling: String, CaseIterable {
    case unscaled = "default"
    /// All frequencies divided by `factor` (Chen et al. 2023, position interpolation).
    case linear
    /// Low frequencies divided by `factor`, high ones kept, a ramp between (Llama 3.1).
    case llama3
  }

  /// What a family calls the base and the rotated share of a head outside `rope_parameters`.
  package struct Keys {
    var base: String
    /// Nil where whole heads are rotated.
    var share: String?
    var defaultShare: Double

    package init(base: String = "rope_theta", share: String? = nil, defaultShare: Double = 1) {
      self.base = base
      self.share = share
      self.defaultShare = defaultShare
    }
  }

  /// - Throws: `Diagnostic` that names the key of a scaling that is not supported, or of a value out of range.
  package init(_ configuration: ConfigurationReader, _ shape: TransformerShape, _ keys: Keys = Keys()) throws
  {
    let candidates = try ["rope_scaling", "rope_parameters"].compactMap { try configuration.nested($0) }
    let parameters = candidates.first { $0.json.members?.isEmpty == false }
    for layerType in ["full_attention", "sliding_attention"] {
      try parameters?.refuse(layerType, unless: nil, reason: "all layers share one rotation")
    }
    let base =
      try parameters?.optionalDouble("rope_theta", in: 1...1e12)
      ?? configuration.optionalDouble(keys.base, in: 1...1e12) ?? Self.defaultBase
    let size = try Self.rotatedSize(configuration, parameters, shape, keys)
    let frequencies = stride(from: 0, to: size, by: 2).map {
      1 / Foundation.pow(Float(base), Float($0) / Float(size))
    }
    guard let parameters else {
      inverseFrequencies = frequencies
      return
    }
    let typeKey = parameters.contains("rope_type") ? "rope_type" : "type"
    switch try parameters.choice(typeKey, Scaling.self) ?? .unscaled {
    case .unscaled: inverseFrequencies = frequencies
    case .linear:
      let factor = Float(try parameters.requiredDouble("factor", in: 1e-3...1e6))
      inverseFrequencies = frequencies.map { $0 / factor }
    case .llama3:
      let ramp = try Llama3Ramp(parameters, configuration, maximumPositions: shape.maximumPositions)
      inverseFrequencies = frequencies.map(ramp.scaled)
    }
  }

  /// Values of a head that are rotated; odd sizes round up to whole pairs.
  private static func rotatedSize(
    _ configuration: ConfigurationReader, _ parameters: ConfigurationReader?, _ shape: TransformerShape,
    _ keys: Keys
  ) throws -> Int {
    var size = shape.headSize
    if let key = keys.share {
      let share =
        try parameters?.optionalDouble("partial_rotary_factor", in: 0...1)
        ?? configuration.optionalDouble(key, in: 0...1) ?? keys.defaultShare
      size = Int(Double(shape.headSize) * share)
    } else {
      let reason = "the architecture rotates whole heads"
      try configuration.refuse("partial_rotary_factor", unless: 1, reason: reason)
      try parameters?.refuse("partial_rotary_factor", unless: 1, reason: reason)
    }
    guard size + size % 2 <= shape.headSize else {
      throw configuration.invalid(
        configuration.contains("head_dim") ? "head_dim" : "hidden_size",
        "gives heads of size \(shape.headSize); rotary positions need an even size")
    }
    return size
  }
}

/// The frequency scaling of Llama 3.1, in Float32 as the reference computes it.
private struct Llama3Ramp {
  let factor, lowFactor, highFactor, trainedPositions: Float

  init(
    _ parameters: ConfigurationReader, _ configuration: ConfigurationReader, maximumPositions: Int
  ) throws {
    factor = Float(try parameters.requiredDouble("factor", in: 1e-3...1e6))
    let low = try parameters.requiredDouble("low_freq_factor", in: 1e-3...1e6)
    let high = try parameters.requiredDouble("high_freq_factor", in: 1e-3...1e6)
    guard high > low else {
      throw parameters.invalid("high_freq_factor", "is \(high), not above low_freq_factor (\(low))")
    }
    (lowFactor, highFactor) = (Float(low), Float(high))
    let key = "original_max_position_embeddings"
    trainedPositions = Float(
      try configuration.optionalInt(key, in: 1...(1 << 24)) ?? parameters.optionalInt(key, in: 1...(1 << 24))
        ?? maximumPositions)
  }

  func scaled(_ frequency: Float) -> Float {
    let wavelength = 2 * Float.pi / frequency
    if wavelength > trainedPositions / lowFactor { return frequency / factor }
    if wavelength < trainedPositions / highFactor { return frequency }
    let kept = (trainedPositions / wavelength - lowFactor) / (highFactor - lowFactor)
    return (1 - kept) * frequency / factor + kept * frequency
  }
}
