import Alignment
import Pipeline

/// Outside the cache key: however often a training is saved, its result is the same.
extension CheckpointOptions: Configurable {
  public static var fields: [Field<Self>] {
    [
      .integer(
        "save_steps", \.steps, in: 0...1_000_000_000,
        "Write a checkpoint every so many steps; 0 leaves it to save_seconds."
      ).outsideKey(),
      .number(
        "save_seconds", \.seconds, in: 0...1e9,
        "Write a checkpoint after so many seconds, or more where writing takes long; 0 at every safe point."
      ).outsideKey(),
    ]
  }
}
