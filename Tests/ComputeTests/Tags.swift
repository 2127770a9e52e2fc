import Testing

extension Tag {
  /// Compares an analytic gradient with differences of the loss.
  @Tag static var gradient: Self
  /// Demands the same bits from different schedules of threads.
  @Tag static var determinism: Self
  /// Demands agreement with numbers published elsewhere.
  @Tag static var reference: Self
  /// Repeats an interaction of threads many times.
  @Tag static var stress: Self
}
