extension AdamW {
  /// First and second moments of the trained values, in memory that lives as long as the optimiser.
  public var moments: [UnsafeMutableBufferPointer<Float>] { [firstMoment.values, secondMoment.values] }
}
