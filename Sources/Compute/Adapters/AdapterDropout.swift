/// Dropout before an adapter's first matrix (Hu et al. 2021; `lora_dropout` of PEFT).
///
/// Whether a value is kept is a function of the seed, the adapter, how many rows training has read before its row, and
/// its column: neither threads nor the cut into micro-batches change it.
public struct AdapterDropout: Sendable, Hashable {
  /// Share of the values that become 0; the others are divided by what is left.
  public let probability: Double
  private let random: CounterRandom

  public init(probability: Double, seed: UInt64) {
    precondition(probability > 0 && probability < 1, "dropout of \(probability)")
    self.probability = probability
    random = CounterRandom(seed: seed, purpose: .dropout)
  }

  /// Applies the mask of one row to its values.
  ///
  /// - Parameters:
  ///   - adapter: index of the adapter in its set.
  ///   - row: counted over the whole training.
  func apply(to values: UnsafeMutablePointer<Float>, columns: Int, adapter: Int, row: UInt64) {
    let stream = UInt64(adapter) << 40 | row
    let threshold = UInt32(probability * 0x1p32)
    let factor = Float(1 / (1 - probability))
    for start in stride(from: 0, to: columns, by: 4) {
      let bits = random.bits(stream: stream, index: UInt64(start / 4))
      for lane in 0..<min(4, columns - start) {
        values[start + lane] = bits[lane] < threshold ? 0 : values[start + lane] * factor
      }
    }
  }
}
